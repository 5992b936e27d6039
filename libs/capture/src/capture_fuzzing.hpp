#pragma once
/// What the two fuzz targets do with octets. Included once in a program: it replaces operator new
/// to see what the heap is asked for.

#include <cstdlib>
#include <new>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/capture/capture_tools.hpp>

namespace sonde::capture_fuzzing {
inline std::size_t asked_max = 0;  // octets of the largest request
}

void* operator new(std::size_t size) {
    if (size > sonde::capture_fuzzing::asked_max) sonde::capture_fuzzing::asked_max = size;
    if (void* made = std::malloc(size == 0 ? 1 : size)) return made;
    throw std::bad_alloc();  // NOLINT: what operator new must do
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size, const std::nothrow_t& none) noexcept {
    return operator new(size, none);
}
void operator delete(void* what, const std::nothrow_t&) noexcept { std::free(what); }
void operator delete[](void* what, const std::nothrow_t&) noexcept { std::free(what); }
void operator delete(void* what) noexcept { std::free(what); }
void operator delete[](void* what) noexcept { std::free(what); }
void operator delete(void* what, std::size_t) noexcept { std::free(what); }
void operator delete[](void* what, std::size_t) noexcept { std::free(what); }

namespace sonde::capture_fuzzing {

inline void use(const capture_block& block) {
    std::size_t seen = 0;
    for (const pcapng_option& one : options_of(block)) seen += one.value.size();
    if (const auto names = names_of(block)) seen += names->size();
    if (const auto secrets = secrets_of(block)) seen += secrets->octets.size();
    if (const auto custom = custom_of(block)) seen += custom->octets.size();
    if (const auto counts = statistics_of(block)) seen += counts->interface;
    SONDE_CHECK(seen != SIZE_MAX);
    if (block.packet == nullptr) return;
    const record& packet = *block.packet;
    SONDE_CHECK(packet.captured_len() <= read_limits{}.record_len_max);
    for (const std::string_view comment : packet.comments()) seen += comment.size();
    for (const std::uint8_t octet : packet.octets) seen += octet;  // a sanitizer sees each
    static_cast<void>(packet.flags());
    static_cast<void>(packet.drops());
}

/// Blocks of the octets, and what the tools and a writer make of them.
inline void read_everything(bytes_view octets) {
    asked_max = 0;
    auto file = capture_file::from_memory(octets);
    if (!file) {
        SONDE_CHECK(!describe(file.error()).empty());
        return;
    }
    std::uint64_t packets = 0;
    while (const capture_block* block = file->next_block()) {
        use(*block);
        if (block->packet != nullptr) ++packets;
    }
    if (file->stopped()) SONDE_CHECK(!describe(*file->stopped()).empty());
    // The window, one block, and the interfaces' table while it grows.
    constexpr read_limits limits{};
    const std::size_t bound = std::size_t{limits.interfaces_max} * 2 * sizeof(capture_interface);
    SONDE_CHECK(asked_max <= bound + limits.block_len_max + 262144);

    SONDE_CHECK(file->rewind().has_value());
    SONDE_CHECK(file_info(*file).packets == packets);
    SONDE_CHECK(file->rewind().has_value());
    SONDE_CHECK(verify_capture(*file).packets == packets);
    SONDE_CHECK(file->rewind().has_value());
    std::vector<std::uint8_t> copy;
    auto out = capture_writer::to_memory(copy, options_like(*file)).value();
    const auto done = copy_capture(*file, out);
    if (!done || !out.close()) return;
    auto again = capture_file::from_memory(copy).value();
    std::uint64_t packets_again = 0;
    while (again.next() != nullptr) ++packets_again;
    SONDE_CHECK(packets_again == packets);
}

}  // namespace sonde::capture_fuzzing
