#pragma once
/// The rings of an XDP socket as they lie in memory that the kernel shares (linux/if_xdp.h,
/// Documentation/networking/af_xdp.rst). One side produces, the other consumes; both count without
/// end and mean the entry modulo the ring's length, which is a power of two.

#include <atomic>
#include <cstdint>
#include <linux/if_xdp.h>
#include <span>

namespace sonde::inline v0::detail {

template <class Entry>
class xdp_ring {
  public:
    xdp_ring() noexcept = default;
    /// `memory` is the mapped ring; `at` says where in it is what. Both must fit.
    xdp_ring(std::span<std::uint8_t> memory, const xdp_ring_offset& at, std::uint32_t len) noexcept
        : producer_(word(memory, at.producer)),
          consumer_(word(memory, at.consumer)),
          flags_(word(memory, at.flags)),
          entries_(place<Entry>(memory, at.desc), len),
          mask_(len - 1) {}

    [[nodiscard]] std::uint32_t produced() const noexcept { return read(producer_); }
    [[nodiscard]] std::uint32_t consumed() const noexcept { return read(consumer_); }
    void produce(std::uint32_t up_to) const noexcept { write(producer_, up_to); }
    void consume(std::uint32_t up_to) const noexcept { write(consumer_, up_to); }
    [[nodiscard]] Entry& entry(std::uint32_t number) const noexcept {
        return entries_[number & mask_];
    }
    [[nodiscard]] std::uint32_t len() const noexcept { return mask_ + 1; }
    [[nodiscard]] bool needs_wakeup() const noexcept {
        return (read(flags_) & XDP_RING_NEED_WAKEUP) != 0;
    }

  private:
    template <class T>
    static T* place(std::span<std::uint8_t> memory, std::uint64_t offset) noexcept {
        void* const at = memory.subspan(static_cast<std::size_t>(offset)).data();
        return static_cast<T*>(at);
    }
    static std::uint32_t* word(std::span<std::uint8_t> memory, std::uint64_t offset) noexcept {
        return place<std::uint32_t>(memory, offset);
    }
    static std::uint32_t read(std::uint32_t* from) noexcept {
        return std::atomic_ref(*from).load(std::memory_order_acquire);
    }
    static void write(std::uint32_t* to, std::uint32_t value) noexcept {
        std::atomic_ref(*to).store(value, std::memory_order_release);
    }
    std::uint32_t* producer_ = nullptr;
    std::uint32_t* consumer_ = nullptr;
    std::uint32_t* flags_ = nullptr;
    std::span<Entry> entries_{};
    std::uint32_t mask_ = 0;
};

}  // namespace sonde::inline v0::detail
