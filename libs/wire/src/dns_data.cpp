#include <sonde/wire/application/dns_data.hpp>
#include <sonde/wire/application/dns_edns.hpp>

namespace sonde::inline v0 {
namespace {

tl::unexpected<parse_error> short_element(std::size_t needed, std::size_t have) noexcept {
    return malformed({.reason = parse_reason::truncated,
                      .limit = limit_field::element_length,
                      .at = layer::dns,
                      .needed_octets = static_cast<std::uint32_t>(needed),
                      .have_octets = static_cast<std::uint32_t>(have)});
}

}  // namespace

result<dns_string> dns_string::parse(bytes_view rest) noexcept {
    if (rest.empty()) return short_element(1, 0);
    const std::size_t len = 1U + rest[0];
    if (rest.size() < len) return short_element(len, rest.size());
    return dns_string(rest.first(len));
}

result<dns_type_window> dns_type_window::parse(bytes_view rest) noexcept {
    constexpr std::size_t bitmap_len_max = 32;
    if (rest.size() < 2) return short_element(2, rest.size());
    const std::size_t len = rest[1];
    if (len == 0 || len > bitmap_len_max) {
        return malformed({.reason = parse_reason::bad_length,
                          .limit = limit_field::element_length,
                          .at = layer::dns,
                          .needed_octets = static_cast<std::uint32_t>(bitmap_len_max),
                          .have_octets = static_cast<std::uint32_t>(len)});
    }
    if (rest.size() < len + 2) return short_element(len + 2, rest.size());
    return dns_type_window(rest.first(len + 2));
}

bool dns_type_set::contains(dns_type type) const noexcept {
    const auto number = static_cast<std::uint16_t>(type);
    for (const dns_type_window& window : windows()) {
        if (window.number() != number >> 8) continue;
        if (window.contains(static_cast<std::uint8_t>(number))) return true;
    }
    return false;
}

result<dns_service_parameter> dns_service_parameter::parse(bytes_view rest) noexcept {
    if (rest.size() < 4) return short_element(4, rest.size());
    const std::size_t len = std::size_t{4} + be16_at(rest, 2);
    if (rest.size() < len) return short_element(len, rest.size());
    return dns_service_parameter(rest.first(len));
}

std::optional<dns_service_parameter> dns_service_parameters::find(
    dns_service_key key) const noexcept {
    for (const dns_service_parameter& parameter : list()) {
        if (parameter.key() == key) return parameter;
    }
    return std::nullopt;
}

namespace detail {

bytes_view dns_data_reader::take(std::size_t len) noexcept {
    if (problem_) return {};
    if (end_ - at_ < len) {
        problem_ = parse_error{.reason = parse_reason::truncated,
                               .limit = limit_field::element_length,
                               .at = layer::dns,
                               .offset_octets = static_cast<std::uint32_t>(at_),
                               .needed_octets = static_cast<std::uint32_t>(len),
                               .have_octets = static_cast<std::uint32_t>(end_ - at_)};
        return {};
    }
    at_ += len;
    return message_.subspan(at_ - len, len);
}

void dns_data_reader::number48(std::uint64_t& value) noexcept {
    const bytes_view in = take(6);
    if (!in.empty()) value = (std::uint64_t{be16_at(in, 0)} << 32) | be32_at(in, 2);
}

void dns_data_reader::type(dns_type& value) noexcept {
    if (const bytes_view in = take(2); !in.empty()) value = dns_type(be16_at(in, 0));
}

void dns_data_reader::address(ipv4_address& value) noexcept {
    if (const bytes_view in = take(4); !in.empty()) value.value = be32_at(in, 0);
}

void dns_data_reader::address(ipv6_address& value) noexcept {
    const bytes_view in = take(16);
    if (!in.empty()) value = ipv6_address::from_octets(in.first<16>());
}

void dns_data_reader::name(dns_name& value) noexcept {
    if (problem_) return;
    const auto read = dns_name::parse(message_, at_, end_);
    if (!read) {
        problem_ = read.error();
        return;
    }
    value = *read;
    at_ += value.octets().size();
}

void dns_data_reader::string(bytes_view& value) noexcept {
    std::uint8_t len = 0;
    number(len);
    value = take(len);
}

void dns_data_reader::long_base64(bytes_view& value) noexcept {
    std::uint16_t len = 0;
    number(len);
    value = take(len);
}

std::optional<parse_error> dns_data_reader::problem() const noexcept {
    if (problem_ || at_ == end_) return problem_;
    return parse_error{.reason = parse_reason::bad_length,
                       .limit = limit_field::element_length,
                       .at = layer::dns,
                       .offset_octets = static_cast<std::uint32_t>(at_),
                       .needed_octets = 0,
                       .have_octets = static_cast<std::uint32_t>(end_ - at_)};
}

}  // namespace detail

namespace {

// Days since 1970 to a date of the Gregorian calendar, counted in eras of 400 years that begin in
// March, so that the leap day is the last one of a year.
struct civil_date {
    std::uint32_t year;
    std::uint32_t month;
    std::uint32_t day;
};
constexpr civil_date civil_of(std::uint32_t days) noexcept {
    constexpr std::uint32_t days_an_era = 146097;
    const std::uint32_t shifted = days + 719468;  // since 0000-03-01
    const std::uint32_t era = shifted / days_an_era;
    const std::uint32_t of_era = shifted % days_an_era;
    const std::uint32_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (days_an_era - 1)) / 365;
    const std::uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const std::uint32_t month = (5 * of_year + 2) / 153;  // 0 is March
    const std::uint32_t day = of_year - (153 * month + 2) / 5 + 1;
    return {year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day};
}

void put_list(text_room& out, bool first, std::string_view between) noexcept {
    if (!first) out.put(between);
}

// One value of a service parameter as RFC 9460 appendix A writes it; false when it is not what its
// key says.
class service_value_text {
  public:
    explicit service_value_text(text_room& out) noexcept : out_(out) {}

    [[nodiscard]] bool put(const dns_service_parameter& parameter) noexcept {
        const bytes_view value = parameter.value();
        using enum dns_service_key;
        switch (parameter.key()) {
            case mandatory:
                return put_keys(value);
            case alpn:
                return put_protocols(parameter.strings());
            case port:
                if (value.size() != 2) return false;
                out_.put('=').number(be16_at(value, 0));
                return true;
            case ipv4hint:
                return put_addresses<4>(value);
            case ipv6hint:
                return put_addresses<16>(value);
            case ech:
                out_.put('=').base64(value);
                return true;
            case no_default_alpn:
            case ohttp:
                return value.empty();
            default:
                if (!value.empty()) out_.put('=').quoted(value);
                return true;
        }
    }
    void put_key(dns_service_key key) noexcept {
        const std::string_view known = to_string(key);
        if (known.empty()) {
            out_.put("key").number(static_cast<std::uint16_t>(key));
        } else {
            out_.put(known);
        }
    }

  private:
    bool put_keys(bytes_view value) noexcept {
        if (value.empty() || value.size() % 2 != 0) return false;
        for (std::size_t at = 0; at < value.size(); at += 2) {
            out_.put(at == 0 ? '=' : ',');
            put_key(dns_service_key(be16_at(value, at)));
        }
        return true;
    }
    bool put_protocols(const dns_strings& list) noexcept {
        if (list.octets().empty() || list.error()) return false;
        out_.put("=\"");
        bool first = true;
        for (const dns_string& protocol : list) {
            put_list(out_, first, ",");
            first = false;
            // A comma and a backslash inside are escaped twice (RFC 9460 appendix A.1).
            for (const std::uint8_t octet : protocol.text()) {
                if (octet == ',' || octet == '\\') out_.put("\\\\");
                out_.escaped(octet, "\"\\");
            }
        }
        out_.put('"');
        return true;
    }
    template <std::size_t Len>
    bool put_addresses(bytes_view value) noexcept {
        if (value.empty() || value.size() % Len != 0) return false;
        for (std::size_t at = 0; at < value.size(); at += Len) {
            out_.put(at == 0 ? '=' : ',');
            const auto one = value.subspan(at).template first<Len>();
            if constexpr (Len == 4) {
                out_.address(ipv4_address::from_octets(one));
            } else {
                out_.address(ipv6_address::from_octets(one));
            }
        }
        return true;
    }
    text_room& out_;
};

// The parts of a record's data with blanks between them.
class data_printer {
  public:
    explicit data_printer(text_room& out) noexcept : out_(out) {}
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    template <class Int>
    void number(const Int& value) noexcept {
        blank().number(value);
    }
    void number48(const std::uint64_t& value) noexcept { blank().number(value); }
    void type(const dns_type& value) noexcept { put_text(blank(), value); }
    // YYYYMMDDHHmmSS in UTC (RFC 4034 s3.2).
    void time(const std::uint32_t& value) noexcept {
        constexpr std::uint32_t seconds_a_day = 86400;
        const civil_date date = civil_of(value / seconds_a_day);
        const std::uint32_t of_day = value % seconds_a_day;
        blank().number(date.year, 4).number(date.month, 2).number(date.day, 2);
        out_.number(of_day / 3600, 2).number(of_day / 60 % 60, 2).number(of_day % 60, 2);
    }
    void address(const ipv4_address& value) noexcept { blank().address(value); }
    void address(const ipv6_address& value) noexcept { blank().address(value); }
    void name(const dns_name& value) noexcept { value.put_text(blank()); }
    void compressible(const dns_name& value) noexcept { name(value); }
    void string(const bytes_view& value) noexcept { blank().quoted(value); }
    void text(const bytes_view& value) noexcept { string(value); }
    void word(const bytes_view& value) noexcept {
        blank();
        for (const std::uint8_t octet : value) {
            if (octet == ' ') {
                out_.put("\\032");
            } else {
                out_.escaped(octet, "\"\\;()");
            }
        }
    }
    void salt(const bytes_view& value) noexcept {
        blank();
        if (value.empty()) {
            out_.put('-');  // RFC 5155 s3.3
        } else {
            out_.hex(value);
        }
    }
    void base32(const bytes_view& value) noexcept { blank().base32(value); }
    void hex(const bytes_view& value) noexcept { blank().hex(value); }
    void base64(const bytes_view& value) noexcept { blank().base64(value); }
    // As TSIG has it in dig's output: the length, and the octets when there are any.
    void long_base64(const bytes_view& value) noexcept {
        blank().number(value.size());
        if (!value.empty()) blank().base64(value);
    }
    void strings(const bytes_view& value) noexcept {
        const dns_strings list(value);
        failed_ = failed_ || value.empty() || list.error();
        for (const dns_string& one : list) blank().quoted(one.text());
    }
    void types(const dns_type_set& value) noexcept {
        failed_ = failed_ || value.windows().error();
        for (const dns_type_window& window : value.windows()) {
            for (unsigned low = 0; low < 8 * window.bitmap().size(); ++low) {
                if (!window.contains(static_cast<std::uint8_t>(low))) continue;
                const auto number = static_cast<std::uint16_t>(window.number() * 256U + low);
                put_text(blank(), dns_type(number));
            }
        }
    }
    void parameters(const dns_service_parameters& value) noexcept {
        failed_ = failed_ || value.list().error();
        service_value_text values(out_);
        for (const dns_service_parameter& one : value.list()) {
            blank();
            values.put_key(one.key());
            failed_ = !values.put(one) || failed_;
        }
    }

  private:
    text_room& blank() noexcept {
        if (!first_) out_.put(' ');
        first_ = false;
        return out_;
    }
    text_room& out_;
    bool first_ = true;
    bool failed_ = false;
};

// Degrees, minutes, seconds and a hemisphere (RFC 1876 s3).
void put_angle(text_room& out, std::uint32_t value, std::string_view hemispheres) noexcept {
    constexpr std::uint32_t equator = 0x80000000;
    const bool positive = value >= equator;
    const std::uint32_t thousandths = positive ? value - equator : equator - value;
    out.number(thousandths / 3600000).put(' ').number(thousandths / 60000 % 60).put(' ');
    out.number(thousandths / 1000 % 60).put('.').number(thousandths % 1000, 3).put(' ');
    out.put(hemispheres[positive ? 0 : 1]).put(' ');
}

void put_metres(text_room& out, std::uint64_t centimetres) noexcept {
    out.number(centimetres / 100);
    if (centimetres % 100 != 0) out.put('.').number(centimetres % 100, 2);
    out.put('m');
}

// A digit and a power of ten, both 0 to 9; false otherwise.
bool put_precision(text_room& out, std::uint8_t value) noexcept {
    std::uint64_t centimetres = value >> 4;
    const int power = value & 15;
    if (centimetres > 9 || power > 9) return false;
    for (int i = 0; i < power; ++i) centimetres *= 10;
    put_metres(out, centimetres);
    return true;
}

bool put_location(text_room& out, const dns_loc& loc) noexcept {
    constexpr std::uint32_t reference = 10000000;  // centimetres, RFC 1876 s2
    if (loc.version != 0) return false;
    put_angle(out, loc.latitude, "NS");
    put_angle(out, loc.longitude, "EW");
    const bool above = loc.altitude >= reference;
    if (!above) out.put('-');
    put_metres(out, above ? loc.altitude - reference : reference - loc.altitude);
    out.put(' ');
    if (!put_precision(out, loc.size)) return false;
    out.put(' ');
    if (!put_precision(out, loc.horizontal_precision)) return false;
    out.put(' ');
    return put_precision(out, loc.vertical_precision);
}

// False when the data is not what the type says.
template <class Data>
bool put_typed(text_room& out, const dns_record& record) noexcept {
    const auto data = record.as<Data>();
    if (!data) return false;
    if constexpr (Data::type == dns_type::loc) {
        return put_location(out, *data);
    } else {
        data_printer printer(out);
        Data::each(*data, printer);
        return !printer.failed();
    }
}

}  // namespace

void put_data_text(text_room& out, const dns_record& record) noexcept {
    if (record.is_question()) return;
    if (record.type() == dns_type::opt) {
        put_text(out, dns_edns::read(record));
        return;
    }
    const std::size_t start = out.size();
    const bool had_room = out.fits();
    bool written = false;
    detail::with_dns_data(record.type(),
                          [&]<class Data>() { written = put_typed<Data>(out, record); });
    if (written || !had_room) return;
    out.rewind(start);
    out.put("\\# ").number(record.data_len());
    if (record.data_len() != 0) out.put(' ').hex(record.data());
}

void put_text(text_room& out, const dns_record& record) noexcept {
    record.name().put_text(out);
    out.put(' ');
    if (record.type() == dns_type::opt && !record.is_question()) {
        // Class and time to live are something else there.
        out.put("OPT ");
        put_data_text(out, record);
        return;
    }
    if (!record.is_question()) out.number(record.time_to_live()).put(' ');
    put_text(out, record.record_class());
    out.put(' ');
    put_text(out, record.type());
    if (record.is_question()) return;
    out.put(' ');
    put_data_text(out, record);
}

}  // namespace sonde::inline v0
