// A protocol of one's own, under an EtherType and under a UDP port: made, and taken apart again.
#include <cstdio>

#include <sonde/packet/dissect.hpp>
#include <sonde/packet/stack.hpp>

struct telemetry {
    static constexpr std::string_view name = "telemetry";
    static constexpr std::string_view spec = "our own";
    static constexpr sonde::layer id{0x8001};  // from 0x8000 upwards: sonde has none of these
    static constexpr std::size_t header_len = 4;
    static constexpr std::array fields{sonde::field{"sensor", 0, 16},
                                       sonde::field{"reading", 16, 16}};
    static constexpr std::array selected_by{
        sonde::selector{sonde::selector_kind::ether_type, 0x88b5},
        sonde::selector{sonde::selector_kind::udp_port, 7777}};

    std::uint16_t sensor = 0;
    std::uint16_t reading = 0;

    struct view {
        sonde::bytes_view all;
        static sonde::result<view> parse(sonde::bytes_view in) noexcept {
            if (in.size() < header_len) return sonde::truncated(id, header_len, in.size());
            return view{in};
        }
        sonde::bytes_view octets() const noexcept { return all; }
        std::uint16_t sensor() const noexcept { return sonde::be16_at(all, 0); }
        std::uint16_t reading() const noexcept { return sonde::be16_at(all, 2); }
    };
    static sonde::result<telemetry> read(view v) noexcept {
        return telemetry{v.sensor(), v.reading()};
    }
    std::size_t wire_len() const noexcept { return header_len; }
    void emit(sonde::bytes_mut out) const noexcept {
        sonde::put_be16_at(out, 0, sensor);
        sonde::put_be16_at(out, 2, reading);
    }
};

int main() {
    using namespace sonde;
    const auto direct = (ethernet{} / telemetry{.sensor = 5, .reading = 21}).to_bytes();
    const auto in_udp = (ethernet{} / ipv4{} / udp{.destination_port = 7777} /
                         telemetry{.sensor = 6, .reading = 22})
                            .to_bytes();

    for (const auto& frame : {direct, in_udp}) {  // at compile time, for speed
        dissect<telemetry>(frame, on{[](telemetry::view t) {
                               std::printf("sensor %d reads %d\n", t.sensor(), t.reading());
                           }});
    }
    protocol_table mine;  // at run time: whoever walks or prints layers knows it, by name too
    mine.add<telemetry>();
    for (const layer_view& one : layers(in_udp, link_type::ethernet, mine))
        std::printf("%.*s ", int(one.name().size()), one.name().data());
    const auto found = layers(direct, link_type::ethernet, mine).find(telemetry::id);
    std::printf("\nreading %d\n", int(found->find("reading").value()));
}
