#include "craft_file.hpp"

#include <fmt/format.h>

namespace sonde::cli {

bool craft_file::open(link_type type) {
    if (path_ == "-" && run_.to().out.is_terminal()) {
        run_.complain("standard output is a terminal: octets of a capture do not belong there");
        return false;
    }
    auto made = capture_writer::create(path_, {.link_type = static_cast<std::uint16_t>(type)});
    if (!made) {
        run_.complain(shown_output(path_) + ": " + describe(made.error()));
        return false;
    }
    out_ = std::move(*made);
    type_ = type;
    return true;
}

bool craft_file::put(link_type type, bytes_view octets, wall_time at, const std::string& comment) {
    if (!is_wanted()) return true;
    if (!out_ && !open(type)) return false;
    if (type != type_) {
        run_.complain(
            fmt::format("{}: one file, one link type: {} ({}) does not go with {} ({}); "
                        "--frame N takes one packet",
                        shown_output(path_),
                        std::uint32_t(type),
                        to_string(type),
                        std::uint32_t(type_),
                        to_string(type_)));
        return false;
    }
    packet_notes notes;
    if (out_->format() == capture_format::pcapng && !comment.empty()) {
        notes.comments.push_back(comment);
    }
    const auto done = out_->write(octets, at, notes);
    if (!done) run_.complain(shown_output(path_) + ": " + describe(done.error()));
    return done.has_value();
}

void craft_file::close() {
    if (out_) run_.close(*out_, path_);
}

}  // namespace sonde::cli
