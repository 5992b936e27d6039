#include "transmit_ledger.hpp"

#include <gtest/gtest.h>

namespace sonde {
namespace {

using detail::stamp_identifiers;
using detail::transmit_ledger;

TEST(transmit_ledger, gives_each_token_back_once_by_the_identifier_of_its_packet) {
    transmit_ledger ledger(1024);
    for (std::uint64_t token = 100; token < 200; ++token) ledger.book_sent(token);
    EXPECT_EQ(ledger.find(42, false), 142U);
    EXPECT_EQ(ledger.find(42, false), std::nullopt);
    EXPECT_EQ(ledger.find(100, false), std::nullopt);
    EXPECT_EQ(ledger.find(7, true), 107U);
    EXPECT_EQ(ledger.find(7, true), 107U) << "kept for the second stamp";
}

TEST(transmit_ledger, does_not_use_a_chosen_identifier_twice) {
    transmit_ledger ledger(64);
    ledger.book_sent(1);
    ledger.book_failed();
    EXPECT_EQ(ledger.next_identifier(), 2U);
    ledger.book_sent(2);
    EXPECT_EQ(ledger.find(1, false), std::nullopt);
    EXPECT_EQ(ledger.find(2, false), 2U);
}

TEST(transmit_ledger, forgets_the_oldest_when_it_is_full) {
    transmit_ledger ledger(128);
    for (std::uint64_t token = 0; token < 129; ++token) ledger.book_sent(token);
    EXPECT_EQ(ledger.find(0, false), std::nullopt);
    EXPECT_EQ(ledger.find(1, false), 1U);
    EXPECT_EQ(ledger.find(128, false), 128U);
}

TEST(transmit_ledger, books_no_counted_identifier_that_may_still_come_from_before_a_restart) {
    transmit_ledger ledger(64);
    ledger.set_mode(stamp_identifiers::counted);
    for (std::uint64_t token = 0; token < 5; ++token) ledger.book_sent(token);
    EXPECT_EQ(ledger.find(0, false), 0U);
    EXPECT_EQ(ledger.find(4, false), 4U);  // 1, 2 and 3 are still on their way
    ledger.restart();
    for (std::uint64_t token = 10; token < 15; ++token) ledger.book_sent(token);
    EXPECT_EQ(ledger.find(0, false), 10U);
    for (const std::uint32_t twice : {1U, 2U, 3U})
        EXPECT_EQ(ledger.find(twice, false), std::nullopt);
    EXPECT_EQ(ledger.find(4, false), 14U);
}

TEST(transmit_ledger, remembers_after_a_restart_what_was_pushed_out_before_it) {
    transmit_ledger ledger(64);
    ledger.set_mode(stamp_identifiers::counted);
    for (std::uint64_t token = 0; token < 70; ++token) ledger.book_sent(token);
    for (std::uint32_t id = 6; id < 70; ++id) EXPECT_EQ(ledger.find(id, false), id);
    ledger.restart();  // 0 to 5 were pushed out, their stamps may come still
    for (std::uint64_t token = 100; token < 110; ++token) ledger.book_sent(token);
    for (std::uint32_t id = 0; id < 6; ++id) EXPECT_EQ(ledger.find(id, false), std::nullopt) << id;
    EXPECT_EQ(ledger.find(6, false), 106U);
}

}  // namespace
}  // namespace sonde
