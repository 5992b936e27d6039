#pragma once
/// Marks of the public interface. Everything of sonde lives in `namespace sonde::inline v0`.

#if defined(__GNUC__) || defined(__clang__)
#define SONDE_API __attribute__((visibility("default")))
#else
#define SONDE_API
#endif

/// On a function that returns a view of its argument: clang then refuses a view of a temporary.
#if defined(__clang__)
#define SONDE_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define SONDE_LIFETIMEBOUND
#endif
