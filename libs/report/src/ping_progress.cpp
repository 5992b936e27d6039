#include <algorithm>

#include <sonde/report/ping_progress.hpp>

namespace sonde::inline v0 {
namespace {

std::string stamp_words(unsigned seen) {
    std::string out;
    for (const auto source : {stamp_source::hardware, stamp_source::kernel, stamp_source::user}) {
        if ((seen & (1U << static_cast<unsigned>(source))) == 0) continue;
        if (!out.empty()) out += " and ";
        out += to_string(source);
    }
    return out.empty() ? "none" : out;
}

}  // namespace

void ping_progress::on_event(const probe_event& event) {
    if (event.kind == event_kind::sent) {
        if (sent_++ == 0) first_sent_ = event.at;
        last_sent_ = event.at;
        outstanding_ = event.record.sequence;
        return;
    }
    const bool answers = event.what == reply_class::answered || event.what == reply_class::late;
    if (event.kind != event_kind::reply || !answers) return;
    const probe_record& record = event.record;
    if (record.sequence == outstanding_) outstanding_ = 0;
    if (record.sequence <= sent_) pipe_ = std::max(pipe_, sent_ - record.sequence + 1);
    const answer& reply = record.reply;
    if (reply.kind == answer_kind::icmp_error || event.what == reply_class::late) return;
    ++received_;
    rtt_.add(reply.rtt);
    const auto rtt_ns = static_cast<double>(reply.rtt.count());
    ewma_ns_ = received_ == 1 ? rtt_ns : ewma_ns_ + (rtt_ns - ewma_ns_) / 8;
    sent_by_ |= 1U << static_cast<unsigned>(reply.sent_by);
    received_by_ |= 1U << static_cast<unsigned>(reply.received_by);
}

nanoseconds ping_progress::ewma() const noexcept {
    return nanoseconds(static_cast<nanoseconds::rep>(ewma_ns_));
}

std::string ping_progress::sent_by() const { return stamp_words(sent_by_); }
std::string ping_progress::received_by() const { return stamp_words(received_by_); }

}  // namespace sonde::inline v0
