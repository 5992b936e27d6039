#pragma once
/// A callable that is borrowed for the length of one call: two words, no allocation.

#include <concepts>
#include <memory>
#include <type_traits>

namespace sonde::inline v0::detail {

template <class Event>
class event_sink {
  public:
    /// Anything that can be called with an event; it must outlive the call that it is given to.
    template <class Callable>
        requires(!std::same_as<std::remove_cvref_t<Callable>, event_sink> &&
                 std::invocable<Callable&, const Event&>)
    event_sink(Callable&& target) noexcept {  // NOLINT(google-explicit-constructor, bugprone-*)
        using callable = std::remove_reference_t<Callable>;
        if constexpr (std::is_const_v<callable>) {
            target_.fixed = std::addressof(target);
            call_ = [](borrowed of, const Event& event) {
                (*static_cast<callable*>(of.fixed))(event);
            };
        } else {
            target_.changing = std::addressof(target);
            call_ = [](borrowed of, const Event& event) {
                (*static_cast<callable*>(of.changing))(event);
            };
        }
    }
    void operator()(const Event& event) const { call_(target_, event); }

  private:
    /// `call_` knows which of the two it was made for.
    union borrowed {
        const void* fixed;
        void* changing;
    };
    borrowed target_{nullptr};
    void (*call_)(borrowed, const Event&) = nullptr;
};

}  // namespace sonde::inline v0::detail
