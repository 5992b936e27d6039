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
    event_sink(Callable&& target) noexcept  // NOLINT(google-explicit-constructor, bugprone-*)
        : target_(std::addressof(target)), call_([](const void* object, const Event& event) {
              using callable = std::remove_reference_t<Callable>;
              // The sink was made of exactly this type, const or not.
              (*static_cast<callable*>(const_cast<void*>(object)))(event);
          }) {}
    void operator()(const Event& event) const { call_(target_, event); }

  private:
    const void* target_;
    void (*call_)(const void*, const Event&);
};

}  // namespace sonde::inline v0::detail
