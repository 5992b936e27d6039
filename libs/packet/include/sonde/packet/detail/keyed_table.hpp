#pragma once
/// A hash table of bounded size that also knows the order of its entries: a list from the oldest to
/// the newest, in which an entry moves only when its owner says so. Entries stay where they are, so
/// a pointer to one is good until it is erased; an erased entry's memory is used again.
///
/// A key has `words(visit)`, which calls `visit` with each 64-bit word that tells it apart, and ==.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <sonde/base/check.hpp>
#include <sonde/packet/detail/table_hash.hpp>

namespace sonde::inline v0::detail {

template <class Key, class Value>
class keyed_table {
  public:
    /// Aligned to a cache line: a lookup touches the first line, its use the ones behind it.
    struct alignas(64) entry {
        Key key{};
        entry* chain = nullptr;  // the next of this bucket, or the next free one
        entry* older = nullptr;
        entry* newer = nullptr;
        Value value{};
    };

    keyed_table(siphash_key key, std::size_t entries_max)
        : secret_(key), entries_max_(entries_max), buckets_(std::size_t{1} << bits_min, nullptr) {}

    [[nodiscard]] entry* find(const Key& key) const noexcept {
        entry* at = buckets_[bucket_of(key)];
        while (at != nullptr && !(at->key == key)) at = at->chain;
        return at;
    }
    /// A new entry, the newest. Precondition: no such key is there, and the table is not full.
    entry& insert(const Key& key) {
        SONDE_CHECK(!full());
        if (size_ * buckets_per_entry >= buckets_.size()) grow();
        entry& made = take_free();
        made.key = key;
        put_in_bucket(made);
        put_newest(made);
        ++size_;
        return made;
    }
    void erase(entry& which) noexcept {
        entry** at = &buckets_[bucket_of(which.key)];
        while (*at != &which) at = &(*at)->chain;
        *at = which.chain;
        take_from_list(which);
        which.value = Value{};
        which.chain = free_;
        free_ = &which;
        --size_;
    }
    void make_newest(entry& which) noexcept {
        if (newest_ == &which) return;
        take_from_list(which);
        put_newest(which);
    }
    [[nodiscard]] entry* oldest() const noexcept { return oldest_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool full() const noexcept { return size_ >= entries_max_; }

  private:
    static constexpr unsigned bits_min = 8;
    // A second step in a bucket is a wrong guess of the processor, and costs more than the memory.
    static constexpr std::size_t buckets_per_entry = 4;
    static constexpr std::size_t block_len = 64;  // entries that are allocated together

    [[nodiscard]] std::size_t bucket_of(const Key& key) const noexcept {
        table_secret::hash hash(secret_);
        key.words([&](std::uint64_t word) { hash.add(word); });
        return static_cast<std::size_t>(hash.value() >> shift_);
    }
    entry& take_free() {
        if (free_ == nullptr) {
            const std::size_t made = blocks_.size() * block_len;
            const std::size_t count = std::min(block_len, entries_max_ - made);
            blocks_.push_back(std::make_unique<entry[]>(count));
            for (std::size_t i = count; i > 0; --i) {
                blocks_.back()[i - 1].chain = free_;
                free_ = &blocks_.back()[i - 1];
            }
        }
        return *std::exchange(free_, free_->chain);
    }
    void grow() {
        buckets_.assign(buckets_.size() * 2, nullptr);
        --shift_;
        for (entry* at = oldest_; at != nullptr; at = at->newer) put_in_bucket(*at);
    }
    void put_in_bucket(entry& which) noexcept {
        entry*& head = buckets_[bucket_of(which.key)];
        which.chain = std::exchange(head, &which);
    }
    void put_newest(entry& which) noexcept {
        which.older = newest_;
        which.newer = nullptr;
        (newest_ == nullptr ? oldest_ : newest_->newer) = &which;
        newest_ = &which;
    }
    void take_from_list(entry& which) noexcept {
        (which.older == nullptr ? oldest_ : which.older->newer) = which.newer;
        (which.newer == nullptr ? newest_ : which.newer->older) = which.older;
    }

    table_secret secret_;
    std::size_t entries_max_;
    unsigned shift_ = 64 - bits_min;
    std::size_t size_ = 0;
    std::vector<entry*> buckets_;  // a power of two of them
    std::vector<std::unique_ptr<entry[]>> blocks_;
    entry* free_ = nullptr;
    entry* oldest_ = nullptr;
    entry* newest_ = nullptr;
};

}  // namespace sonde::inline v0::detail
