#include <algorithm>
#include <bit>
#include <utility>

#include <sonde/packet/detail/sparse_octets.hpp>

namespace sonde::inline v0::detail {
namespace {

constexpr std::size_t word_bits = 64;

/// The bits [first, last) of a word. Precondition: first < last <= 64.
constexpr std::uint64_t bits(std::size_t first, std::size_t last) noexcept {
    return (~std::uint64_t{0} >> (word_bits - (last - first))) << first;
}

/// Calls `visit(word number, mask)` for each word of a map that [at, at + len) touches.
template <class Visit>
void for_each_word(std::size_t at, std::size_t len, Visit visit) {
    const std::size_t end = at + len;
    while (at < end) {
        const std::size_t word = at / word_bits;
        const std::size_t last = std::min(end - word * word_bits, word_bits);
        visit(word, bits(at % word_bits, last));
        at = (word + 1) * word_bits;
    }
}

/// Calls `visit(page number, offset in the page, piece)` for each page that a piece touches.
template <class Visit>
void for_each_page(std::uint64_t position, bytes_view piece, Visit visit) {
    while (!piece.empty()) {
        const auto at = static_cast<std::size_t>(position % sparse_octets::page_len);
        const std::size_t len = std::min(piece.size(), sparse_octets::page_len - at);
        visit(position / sparse_octets::page_len, at, piece.first(len));
        position += len;
        piece = piece.subspan(len);
    }
}

}  // namespace

sparse_octets::~sparse_octets() {
    for (const auto& one : pages_) {
        if (one) budget_->give(page_cost);
    }
    budget_->give(pages_.size() * sizeof(pages_[0]));
}

sparse_octets::page* sparse_octets::page_at(std::uint64_t number) const noexcept {
    const std::uint64_t first = start_ / page_len;
    if (number < first || number - first >= pages_.size()) return nullptr;
    return pages_[static_cast<std::size_t>(number) & (pages_.size() - 1)].get();
}

std::uint64_t sparse_octets::end() const noexcept {
    return (start_ / page_len + pages_.size()) * page_len;
}

sparse_octets::overlap sparse_octets::compare(std::uint64_t position,
                                              bytes_view piece) const noexcept {
    overlap seen;
    if (empty()) return seen;
    for_each_page(position, piece, [&](std::uint64_t number, std::size_t at, bytes_view part) {
        const page* found = page_at(number);
        if (found == nullptr) return;
        for_each_word(at, part.size(), [&](std::size_t word, std::uint64_t mask) {
            seen.held += static_cast<std::size_t>(std::popcount(found->held[word] & mask));
            for (std::uint64_t left = found->held[word] & mask; left != 0; left &= left - 1) {
                const std::size_t i =
                    word * word_bits + static_cast<std::size_t>(std::countr_zero(left));
                if (found->octets[i] != part[i - at]) ++seen.differing;
            }
        });
    });
    return seen;
}

bool sparse_octets::widen(std::uint64_t last) {
    const auto needed = static_cast<std::size_t>(last - start_ / page_len + 1);
    if (needed <= pages_.size()) return true;
    const std::size_t wide = std::bit_ceil(std::max<std::size_t>(needed, 4));
    if (!budget_->take((wide - pages_.size()) * sizeof(pages_[0]))) return false;
    std::vector<std::unique_ptr<page>> wider(wide);
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        const std::uint64_t number = start_ / page_len + i;
        wider[static_cast<std::size_t>(number) & (wide - 1)] =
            std::move(pages_[static_cast<std::size_t>(number) & (pages_.size() - 1)]);
    }
    pages_ = std::move(wider);
    return true;
}

bool sparse_octets::make_room(std::uint64_t first, std::uint64_t last) {
    if (!widen(last)) return false;
    std::size_t missing = 0;
    for (std::uint64_t number = first; number <= last; ++number) {
        if (page_at(number) == nullptr) ++missing;
    }
    if (!budget_->take(missing * page_cost)) return false;
    for (std::uint64_t number = first; number <= last; ++number) {
        auto& slot = pages_[static_cast<std::size_t>(number) & (pages_.size() - 1)];
        if (!slot) slot = std::make_unique<page>();
    }
    return true;
}

bool sparse_octets::put(std::uint64_t position, bytes_view piece, overlap_policy policy) {
    if (piece.empty()) return true;
    const std::uint64_t last = (position + piece.size() - 1) / page_len;
    if (!make_room(position / page_len, last)) return false;
    lowest_ = empty() ? position : std::min(lowest_, position);
    for_each_page(position, piece, [&](std::uint64_t number, std::size_t at, bytes_view part) {
        store(*page_at(number), at, part, policy);
    });
    return true;
}

void sparse_octets::store(page& into, std::size_t at, bytes_view piece,
                          overlap_policy policy) noexcept {
    for_each_word(at, piece.size(), [&](std::size_t word, std::uint64_t mask) {
        const std::uint64_t fresh = mask & ~into.held[word];
        const std::uint64_t written = policy == overlap_policy::last_wins ? mask : fresh;
        const std::size_t base = word * word_bits;
        if (written == ~std::uint64_t{0}) {
            std::copy_n(piece.begin() + static_cast<std::ptrdiff_t>(base - at),
                        word_bits,
                        into.octets.begin() + static_cast<std::ptrdiff_t>(base));
        } else {
            for (std::uint64_t left = written; left != 0; left &= left - 1) {
                const std::size_t i = base + static_cast<std::size_t>(std::countr_zero(left));
                into.octets[i] = piece[i - at];
            }
        }
        into.held[word] |= mask;
        const auto added = static_cast<std::size_t>(std::popcount(fresh));
        into.held_len += added;
        held_len_ += added;
    });
}

bytes_view sparse_octets::run_at(std::uint64_t position) const noexcept {
    const page* found = empty() ? nullptr : page_at(position / page_len);
    if (found == nullptr) return {};
    const auto at = static_cast<std::size_t>(position % page_len);
    std::size_t end = at;
    while (end < page_len) {
        const std::uint64_t ahead = found->held[end / word_bits] >> (end % word_bits);
        const auto run = static_cast<std::size_t>(std::countr_one(ahead));
        end += run;
        if (run == 0 || end % word_bits != 0) break;
    }
    return bytes_view(found->octets).subspan(at, end - at);
}

std::uint64_t sparse_octets::next_held(std::uint64_t from, std::uint64_t limit) const noexcept {
    from = std::max(from, start_);
    const std::uint64_t stop = empty() ? from : std::min(limit, end());
    while (from < stop) {
        const page* found = page_at(from / page_len);
        if (found == nullptr) {
            from = (from / page_len + 1) * page_len;
            continue;
        }
        const auto at = static_cast<std::size_t>(from % page_len);
        const std::uint64_t ahead = found->held[at / word_bits] >> (at % word_bits);
        if (ahead != 0) {
            return std::min(from + static_cast<std::uint64_t>(std::countr_zero(ahead)), limit);
        }
        from += word_bits - at % word_bits;
    }
    return limit;
}

void sparse_octets::free_page(std::uint64_t number) noexcept {
    auto& slot = pages_[static_cast<std::size_t>(number) & (pages_.size() - 1)];
    if (!slot) return;
    held_len_ -= slot->held_len;
    slot.reset();
    budget_->give(page_cost);
}

void sparse_octets::drop_before(std::uint64_t position) noexcept {
    if (position <= start_) return;
    const std::uint64_t first = start_ / page_len;
    const std::uint64_t keep = position / page_len;  // the first page that may stay
    for (std::uint64_t number = first; number < keep && number - first < pages_.size(); ++number) {
        free_page(number);
    }
    if (page* partly = page_at(keep); partly != nullptr) {
        for_each_word(0, position % page_len, [&](std::size_t word, std::uint64_t mask) {
            const auto gone = static_cast<std::size_t>(std::popcount(partly->held[word] & mask));
            partly->held[word] &= ~mask;
            partly->held_len -= gone;
            held_len_ -= gone;
        });
        if (partly->held_len == 0) free_page(keep);
    }
    start_ = position;
    if (!empty() && lowest_ < position) lowest_ = next_held(position, end());
}

}  // namespace sonde::inline v0::detail
