#pragma once
/// A sequence of elements that each say their own length: neighbor discovery options, multicast
/// address records, names. Walks without allocation and never past a broken element; those before
/// it stay readable, and `error()` says what stopped the walk.
///
///     for (const nd_option& option : advertisement.options()) use(option);
///     if (const auto stopped = advertisement.options().error()) discard(*stopped);

#include <cstddef>
#include <iterator>
#include <optional>

#include <sonde/base/api.hpp>
#include <sonde/base/octets.hpp>
#include <sonde/base/result.hpp>

namespace sonde::inline v0 {

/// `Element` has `static result<Element> parse(bytes_view rest)`, which takes its own octets from
/// the front of `rest`, and `octets()`, never empty. Borrows the octets, as the elements do.
template <class Element>
class element_range {
  public:
    class iterator {
      public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Element;
        using difference_type = std::ptrdiff_t;
        using pointer = const Element*;
        using reference = const Element&;

        iterator() noexcept = default;  // the end
        [[nodiscard]] reference operator*() const noexcept { return *element_; }
        [[nodiscard]] pointer operator->() const noexcept { return &*element_; }
        /// Octets to this element, from where the sequence counts.
        [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
        iterator& operator++() noexcept {
            const std::size_t len = element_->octets().size();
            offset_ += len;
            rest_ = rest_.subspan(len);
            if (left_) --*left_;
            load();
            return *this;
        }
        iterator operator++(int) noexcept {
            iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) noexcept {
            if (!a.element_ || !b.element_) return !a.element_ && !b.element_;
            return a.offset_ == b.offset_;
        }

      private:
        friend class element_range;
        iterator(bytes_view octets, std::optional<std::size_t> count, std::size_t start) noexcept
            : rest_(octets), left_(count), offset_(start) {
            load();
        }
        void load() noexcept {
            element_.reset();
            if (left_ ? *left_ == 0 : rest_.empty()) return;
            const auto parsed = Element::parse(rest_);
            if (parsed) {
                element_ = *parsed;
            } else {
                error_ = parsed.error().shifted(offset_);
            }
        }
        bytes_view rest_{};
        std::optional<std::size_t> left_{};  // elements still declared; nothing: to the last octet
        std::size_t offset_ = 0;
        std::optional<Element> element_{};    // absent at the end
        std::optional<parse_error> error_{};  // why the end came early
    };

    /// Elements up to the last octet, or as many as a count field declares. `start`: where the
    /// octets begin in their message, so that errors count from the message.
    explicit element_range(bytes_view octets SONDE_LIFETIMEBOUND,
                           std::optional<std::size_t> count = {}, std::size_t start = 0) noexcept
        : octets_(octets), count_(count), start_(start) {}
    [[nodiscard]] iterator begin() const noexcept { return {octets_, count_, start_}; }
    [[nodiscard]] iterator end() const noexcept { return {}; }
    [[nodiscard]] bytes_view octets() const noexcept { return octets_; }
    /// Why the walk stops before the last element; nothing when it does not. Walks all of it.
    [[nodiscard]] std::optional<parse_error> error() const noexcept {
        iterator at = begin();
        while (at != end()) ++at;
        return at.error_;
    }

  private:
    bytes_view octets_;
    std::optional<std::size_t> count_;
    std::size_t start_ = 0;
};

}  // namespace sonde::inline v0
