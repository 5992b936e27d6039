#include "neighbour_table.hpp"

#include <utility>

namespace sonde::inline v0::detail {

void neighbour_table::learn(const ip_address& address, const mac_address& mac, mono_time now) {
    if (!entries_.contains(address) && !make_room()) return;
    entry& about = entries_[address];
    if (!about.mac) confirm(address, about, mac, now);
}

// What was known longest goes first.
bool neighbour_table::make_room() {
    while (entries_.size() >= neighbours_max && !known_.empty()) {
        const known_since oldest = known_.front();
        known_.pop_front();
        const auto found = entries_.find(oldest.address);
        if (found == entries_.end() || found->second.turn != oldest.turn) continue;
        entries_.erase(found);
        last_entry_ = nullptr;
    }
    return entries_.size() < neighbours_max;
}

void neighbour_table::ask(const ip_address& address, entry& about, mono_time now) {
    ++about.questions;
    about.turn = ++turns_;
    questions_.push_back(address);
    due_.push_back({now + question_interval, address, about.turn});
}

void neighbour_table::confirm(const ip_address& address, entry& about, const mac_address& mac,
                              mono_time now) {
    about.mac = mac;
    about.confirmed = now;
    about.questions = 0;
    about.turn = ++turns_;
    if (known_.size() >= 2 * neighbours_max) forget_older_confirmations();
    known_.push_back({address, about.turn});
    if (about.frames.empty()) return;
    waiting_ -= about.frames.size();
    settled_.push_back({address, mac, std::exchange(about.frames, {})});
}

void neighbour_table::forget_older_confirmations() {
    std::erase_if(known_, [&](const known_since& one) {
        const auto found = entries_.find(one.address);
        return found == entries_.end() || found->second.turn != one.turn;
    });
}

void neighbour_table::give_up(const ip_address& address) {
    const auto found = entries_.find(address);
    waiting_ -= found->second.frames.size();
    if (!found->second.frames.empty()) {
        settled_.push_back({address, std::nullopt, std::move(found->second.frames)});
    }
    entries_.erase(found);
    last_entry_ = nullptr;
}

std::optional<mac_address> neighbour_table::find(const ip_address& address, mono_time now) {
    if (last_entry_ == nullptr || last_ != address) {
        const auto found = entries_.find(address);
        if (found == entries_.end()) return std::nullopt;
        last_ = address;
        last_entry_ = &found->second;
    }
    entry& about = *last_entry_;
    const bool is_stale =
        about.mac && about.questions == 0 && now - about.confirmed > confirmed_for;
    if (is_stale) ask(address, about, now);
    return about.mac;
}

neighbour_table::verdict neighbour_table::wait(const ip_address& address, waiting_frame frame,
                                               mono_time now) {
    if (waiting_ >= waiting_max) return verdict::no_room;
    auto found = entries_.find(address);
    if (found == entries_.end()) {
        if (!make_room()) return verdict::no_room;
        found = entries_.try_emplace(address).first;
    }
    entry& about = found->second;
    if (about.frames.size() >= waiting_for_one_max) return verdict::no_room_for_it;
    about.frames.push_back(std::move(frame));
    ++waiting_;
    if (about.questions == 0) ask(address, about, now);
    return verdict::waits;
}

void neighbour_table::on_answer(const ip_address& address, const mac_address& mac, mono_time now) {
    const auto found = entries_.find(address);
    if (found == entries_.end() || found->second.questions == 0) return;
    confirm(address, found->second, mac, now);
}

void neighbour_table::on_time(mono_time now) {
    while (!due_.empty() && due_.front().at <= now) {
        const due_question due = due_.front();
        due_.pop_front();
        const auto found = entries_.find(due.address);
        if (found == entries_.end() || found->second.turn != due.turn) continue;  // settled since
        if (found->second.questions >= questions_max) {
            give_up(due.address);
        } else {
            ask(due.address, found->second, now);
        }
    }
}

std::optional<ip_address> neighbour_table::next_question() {
    if (questions_.empty()) return std::nullopt;
    const ip_address next = questions_.front();
    questions_.pop_front();
    return next;
}

std::optional<settled_neighbour> neighbour_table::next_settled() {
    if (settled_.empty()) return std::nullopt;
    settled_neighbour next = std::move(settled_.front());
    settled_.pop_front();
    return next;
}

mono_time neighbour_table::next_deadline() const noexcept {
    return due_.empty() ? mono_time::max() : due_.front().at;
}

}  // namespace sonde::inline v0::detail
