#pragma once
/// Octets that arrived out of order: pieces of a sequence, anywhere in it, in pages with one bit an
/// octet. Every operation takes time in proportion to the octets it is given, however many pieces
/// there are and in whatever order they came; memory comes out of a budget that many share.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/packet/overlap_policy.hpp>

namespace sonde::inline v0::detail {

/// What many may hold together, and what they hold.
struct memory_budget {
    std::size_t limit = 0;  // octets
    std::size_t used = 0;

    [[nodiscard]] bool take(std::size_t octets) noexcept {
        if (octets > limit - used) return false;
        used += octets;
        return true;
    }
    void give(std::size_t octets) noexcept { used -= octets; }
};

class SONDE_API sparse_octets {
  public:
    static constexpr std::size_t page_len = 1024;  // octets

    /// Nothing is held before `start`, and nothing will be. The budget must outlive this.
    sparse_octets(memory_budget& budget, std::uint64_t start) noexcept
        : budget_(&budget), start_(start) {}
    sparse_octets(const sparse_octets&) = delete;
    sparse_octets& operator=(const sparse_octets&) = delete;
    ~sparse_octets();

    /// How much of a piece is held already.
    struct overlap {
        std::size_t held = 0;       // octets
        std::size_t differing = 0;  // octets of those that have another value here
    };
    [[nodiscard]] overlap compare(std::uint64_t position, bytes_view piece) const noexcept;
    /// Keeps a piece. Where octets are held already, the policy says which stay (`refuse` counts
    /// as `first_wins`: to refuse is the caller's business). False, and nothing changed, when the
    /// budget does not allow it. Precondition: position is not before the start.
    [[nodiscard]] bool put(std::uint64_t position, bytes_view piece, overlap_policy policy);
    /// The octets held from `position` on without a hole; at most to the end of a page.
    [[nodiscard]] bytes_view run_at(std::uint64_t position) const noexcept;
    /// The first position from `from` on that is held; `limit` when there is none before it.
    [[nodiscard]] std::uint64_t next_held(std::uint64_t from, std::uint64_t limit) const noexcept;
    /// The lowest position that is held. Precondition: not empty().
    [[nodiscard]] std::uint64_t lowest() const noexcept { return lowest_; }
    /// Forgets what lies before `position`, which becomes the start.
    void drop_before(std::uint64_t position) noexcept;
    [[nodiscard]] bool empty() const noexcept { return held_len_ == 0; }
    [[nodiscard]] std::size_t held_len() const noexcept { return held_len_; }  // octets

  private:
    static constexpr std::size_t words = page_len / 64;
    struct page {
        std::array<std::uint8_t, page_len> octets;
        std::array<std::uint64_t, words> held{};  // one bit an octet
        std::size_t held_len = 0;
    };
    // What a page costs, with what an allocator keeps beside it.
    static constexpr std::size_t page_cost = sizeof(page) + 2 * sizeof(void*);

    [[nodiscard]] page* page_at(std::uint64_t number) const noexcept;
    [[nodiscard]] bool make_room(std::uint64_t first, std::uint64_t last);
    [[nodiscard]] bool widen(std::uint64_t last);
    void store(page& into, std::size_t at, bytes_view piece, overlap_policy policy) noexcept;
    void free_page(std::uint64_t number) noexcept;
    [[nodiscard]] std::uint64_t end() const noexcept;

    memory_budget* budget_;
    std::uint64_t start_;
    std::uint64_t lowest_ = 0;
    std::size_t held_len_ = 0;
    // A ring, indexed by the page's number; as many as the furthest page needs, a power of two.
    std::vector<std::unique_ptr<page>> pages_;
};

}  // namespace sonde::inline v0::detail
