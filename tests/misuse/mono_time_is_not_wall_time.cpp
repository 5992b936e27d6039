// The steady clock and the wall clock do not mix.
#include <sonde/base/time.hpp>

sonde::nanoseconds round_trip(sonde::mono_time sent, sonde::mono_time received,
                              sonde::wall_time wall) {
    static_cast<void>(wall);
#ifdef MISUSE
    return wall - sent;
#else
    return received - sent;
#endif
}
