#include <gtest/gtest.h>

#include <sonde/base/text.hpp>

namespace sonde {
namespace {

TEST(printable, lets_no_control_escape_or_foreign_octet_through) {
    EXPECT_EQ(printable("gw.example.net"), "gw.example.net");
    EXPECT_EQ(printable("\x1b[31mred\x07"), "\\027[31mred\\007");
    EXPECT_EQ(printable("a\\b"), "a\\092b");
    EXPECT_EQ(printable("\xc3\xa9\x9b\x7f"), "\\195\\169\\155\\127");
}

TEST(append_json_string, writes_valid_json_whatever_comes) {
    const auto json = [](std::string_view in) {
        std::string out;
        append_json_string(out, in);
        return out;
    };
    EXPECT_EQ(json("plain \"quoted\" \\"), R"("plain \"quoted\" \\")");
    EXPECT_EQ(json(std::string_view("\0\x1b\n\x7f", 4)), R"("\u0000\u001b\u000a\u007f")");
    EXPECT_EQ(json("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
    EXPECT_EQ(json("\xc2\x9b"
                   "31m \xc2\xa3"),
              "\"\\u009b31m \xc2\xa3\"");  // C1 CSI; pound sign
    EXPECT_EQ(json("\xff\xc0\xaf\xed\xa0\x80"), R"("\u00ff\u00c0\u00af\u00ed\u00a0\u0080")");
}

}  // namespace
}  // namespace sonde
