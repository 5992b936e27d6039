// What sonde knows of a protocol: its fields, their places, defaults and named values.
#include <iostream>

#include <sonde/packet/print_protocols.hpp>

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    for (const sonde::protocol_facts& one : sonde::list_protocols()) {
        if (wanted.empty()) std::cout << one.name << ", " << one.spec << '\n';
        if (one.name != wanted) continue;
        std::cout << one.name << " (" << one.spec << "), " << one.header_len << " octets\n";
        for (const sonde::selector& by : one.selected_by) {
            std::string text;
            sonde::append_selector(text, by);
            std::cout << "  selected by " << text << '\n';
        }
        for (const sonde::field_facts& field : one.fields) {
            std::cout << "  " << field.name << ": " << field.bit_width << " bits at "
                      << field.bit_offset << ", "
                      << (field.automatic ? "computed" : "default " + field.default_text);
            if (!field.constants.empty())
                std::cout << ", " << field.constants.size() << " named values from "
                          << field.constants.front().name << " to " << field.constants.back().name;
            std::cout << '\n';
        }
    }
    return 0;
}
