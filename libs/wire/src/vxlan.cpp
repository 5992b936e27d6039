#include <sonde/wire/transport/vxlan.hpp>

namespace sonde::inline v0 {

result<vxlan> vxlan::read(view v) noexcept {
    return vxlan{.flags = v.flags(),
                 .policy_flags = v.policy_flags(),
                 .group_policy_id = v.group_policy_id(),
                 .vni = v.vni(),
                 .reserved = v.reserved(),
                 .payload = v.payload()};
}

void vxlan::emit(bytes_mut out) const noexcept {
    const auto head = out.first<header_len>();
    head[0] = flags;
    head[1] = policy_flags;
    put_be16<2>(head, group_policy_id);
    detail::put_be24<4>(head, vni);
    head[7] = reserved;
    copy_octets(out.subspan(header_len), payload);
}

}  // namespace sonde::inline v0
