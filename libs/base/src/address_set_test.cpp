// Sets of addresses: against std::set in small worlds, and at the ends of the large ones.

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/base/address_set.hpp>
#include <sonde/base/random.hpp>

namespace sonde {
namespace {

ip_address ip(const char* text) { return ip_address::parse(text).value(); }
ip_range range(const char* text) { return ip_range::parse(text).value(); }

std::vector<std::string> texts(const address_set& set) {
    std::vector<std::string> made;
    for (const auto& one : set.ranges()) made.push_back(to_string(one));
    return made;
}

TEST(address_set, joins_what_overlaps_or_touches_and_keeps_the_rest_apart) {
    address_set set;
    EXPECT_TRUE(set.add(range("192.0.2.10-192.0.2.19")));
    EXPECT_TRUE(set.add(range("192.0.2.30")));
    EXPECT_TRUE(set.add(range("2001:db8::1")));
    EXPECT_EQ(texts(set).size(), 3U);
    EXPECT_TRUE(set.add(range("192.0.2.20-192.0.2.29")));  // touches both
    EXPECT_EQ(texts(set),
              (std::vector<std::string>{"192.0.2.10-192.0.2.30", "2001:db8::1-2001:db8::1"}));
    EXPECT_TRUE(set.add(range("192.0.2.0/24")));  // holds all
    EXPECT_EQ(set.size(ip_family::v4), 256U);
    EXPECT_EQ(set.size(ip_family::v6), 1U);
    EXPECT_EQ(set.size(), 257U);
}

TEST(address_set, removing_cuts_a_range_in_two) {
    address_set set;
    set.add(range("192.0.2.0/24"));
    set.remove(range("192.0.2.100-192.0.2.199"));
    EXPECT_EQ(texts(set),
              (std::vector<std::string>{"192.0.2.0-192.0.2.99", "192.0.2.200-192.0.2.255"}));
    EXPECT_EQ(set.size(), 156U);
    EXPECT_EQ(set.at(100), ip("192.0.2.200"));
    set.remove(range("198.51.100.0/24"));  // not in it
    set.remove(range("::/0"));
    EXPECT_EQ(set.size(), 156U);
    set.remove(range("0.0.0.0/0"));
    EXPECT_TRUE(set.empty());
    EXPECT_TRUE(set.ranges().empty());
}

TEST(address_set, has_an_index_both_ways_ipv4_before_ipv6) {
    address_set set;
    set.add(range("2001:db8::/126"));
    set.add(range("192.0.2.0/30"));
    set.add(range("10.0.0.0/31"));
    const std::vector<const char*> in_order{"10.0.0.0",
                                            "10.0.0.1",
                                            "192.0.2.0",
                                            "192.0.2.1",
                                            "192.0.2.2",
                                            "192.0.2.3",
                                            "2001:db8::",
                                            "2001:db8::1",
                                            "2001:db8::2",
                                            "2001:db8::3"};
    ASSERT_EQ(set.size(), in_order.size());
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        EXPECT_EQ(set.at(i), ip(in_order[i]));
        EXPECT_EQ(set.index_of(ip(in_order[i])), i);
    }
    for (const char* other : {"9.255.255.255", "10.0.0.2", "192.0.2.4", "2001:db8::4", "::"}) {
        EXPECT_FALSE(set.index_of(ip(other)).has_value()) << other;
        EXPECT_FALSE(set.contains(ip(other))) << other;
    }
}

TEST(address_set, holds_all_of_ipv4) {
    address_set set;
    EXPECT_TRUE(set.add(range("0.0.0.0/0")));
    EXPECT_EQ(set.size(), std::uint64_t{1} << 32);
    EXPECT_EQ(set.at(0), ip("0.0.0.0"));
    EXPECT_EQ(set.at(set.size() - 1), ip("255.255.255.255"));
    EXPECT_EQ(set.index_of(ip("192.0.2.1")), 0xc0000201U);
    set.remove(range("255.255.255.255"));
    set.remove(range("0.0.0.0"));
    EXPECT_EQ(texts(set), (std::vector<std::string>{"0.0.0.1-255.255.255.254"}));
    EXPECT_TRUE(set.add(range("0.0.0.0")));
    EXPECT_TRUE(set.add(range("255.255.255.255")));
    EXPECT_EQ(texts(set), (std::vector<std::string>{"0.0.0.0-255.255.255.255"}));
}

TEST(address_set, holds_two_to_the_63_addresses_and_refuses_one_more) {
    address_set set;
    EXPECT_FALSE(set.add(range("::/0")));
    EXPECT_FALSE(set.add(range("2001:db8::/64")));
    EXPECT_TRUE(set.empty());
    EXPECT_TRUE(set.add(range("2001:db8::/65")));
    EXPECT_EQ(set.size(), address_set::size_max);
    EXPECT_EQ(set.at(set.size() - 1), ip("2001:db8::7fff:ffff:ffff:ffff"));
    EXPECT_EQ(set.index_of(ip("2001:db8::7fff:ffff:ffff:ffff")), set.size() - 1);
    EXPECT_TRUE(set.add(range("2001:db8::1:0/112")));  // is in it already
    const auto before = set;
    EXPECT_FALSE(set.add(range("2001:db8:0:0:8000::")));
    EXPECT_FALSE(set.add(range("192.0.2.1")));
    const std::vector<ip_range> two{range("2001:db8::5"), range("192.0.2.1")};
    EXPECT_FALSE(set.add(two));
    EXPECT_EQ(set, before);
    set.remove(range("2001:db8::5"));
    EXPECT_TRUE(set.add(range("192.0.2.1")));
    EXPECT_EQ(set.size(), address_set::size_max);
    set.remove(range("::/0"));
    EXPECT_EQ(texts(set), (std::vector<std::string>{"192.0.2.1-192.0.2.1"}));
}

TEST(address_set, the_ends_of_the_address_space_have_no_neighbours) {
    address_set set;
    set.add(range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    set.add(range("::"));
    set.add(range("255.255.255.255"));  // not a neighbour of ::
    EXPECT_EQ(set.ranges().size(), 3U);
    set.remove(
        range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-"
              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    EXPECT_EQ(set.size(), 2U);
}

TEST(joined, has_no_bound_and_joins_both_families_apart) {
    const auto made = joined({range("2001:db8::/33"),
                              range("10.0.0.1"),
                              range("2001:db8:8000::/33"),
                              range("10.0.0.0"),
                              range("::/1")});
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0], range("10.0.0.0/31"));
    EXPECT_EQ(made[1], range("::/1"));
}

// ---- against std::set --------------------------------------------------------------------------

/// Addresses around a place in both families, so that a random range joins, cuts and misses often.
class small_world {
  public:
    explicit small_world(std::uint64_t seed) : random_(seed) {}
    static constexpr unsigned width = 48;

    [[nodiscard]] static ip_address address(unsigned which) {
        if (which < width) return ipv4_address{0xfffffff0U - width + which};
        const uint128 top = ~uint128{0};  // the very last addresses of IPv6 are among them
        return ipv6_address::from_integer(top - (2 * width - 1 - which));
    }
    ip_range any() {
        const unsigned of = random_.below(2) == 0 ? 0 : width;
        const auto a = static_cast<unsigned>(random_.below(width));
        const auto b = std::min<unsigned>(width - 1, a + static_cast<unsigned>(random_.below(9)));
        return *ip_range::between(address(of + a), address(of + b));
    }
    random_source& random() { return random_; }

  private:
    random_source random_;
};

void expect_equal(const address_set& set, const std::set<ip_address>& model) {
    ASSERT_EQ(set.size(), model.size());
    std::uint64_t index = 0;
    for (const ip_address& address : model) {  // IPv4 sorts before IPv6 by family last: see below
        if (!address.is_v4()) continue;
        ASSERT_EQ(set.at(index), address);
        ASSERT_EQ(set.index_of(address), index++);
    }
    ASSERT_EQ(set.size(ip_family::v4), index);
    for (const ip_address& address : model) {
        if (address.is_v4()) continue;
        ASSERT_EQ(set.at(index), address);
        ASSERT_EQ(set.index_of(address), index++);
    }
    for (unsigned which = 0; which < 2 * small_world::width; ++which) {
        const ip_address address = small_world::address(which);
        ASSERT_EQ(set.contains(address), model.count(address) == 1);
    }
    const auto ranges = set.ranges();
    for (std::size_t i = 1; i < ranges.size(); ++i) {  // disjoint, not adjacent, ascending
        if (ranges[i].family() != ranges[i - 1].family()) continue;
        ASSERT_TRUE(to_integer(ranges[i].first()) - to_integer(ranges[i - 1].last()) > 1);
    }
}

TEST(address_set, agrees_with_a_plain_set_after_any_adding_and_removing) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        small_world world(seed);
        address_set set;
        std::set<ip_address> model;
        for (int step = 0; step < 120; ++step) {
            const ip_range one = world.any();
            if (world.random().below(5) < 3) {
                ASSERT_TRUE(set.add(one));
                for (const ip_address& address : one) model.insert(address);
            } else {
                set.remove(one);
                for (const ip_address& address : one) model.erase(address);
            }
            expect_equal(set, model);
        }
    }
}

TEST(address_set, many_at_once_is_the_same_as_one_by_one) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        small_world world(seed);
        address_set at_once;
        address_set one_by_one;
        for (int round = 0; round < 6; ++round) {
            std::vector<ip_range> some;
            for (std::uint64_t i = world.random().below(12); i > 0; --i) {
                some.push_back(world.any());
            }
            const bool adds = world.random().below(3) != 0;
            if (adds) {
                ASSERT_TRUE(at_once.add(some));
            } else {
                at_once.remove(some);
            }
            for (const ip_range& one : some) {
                if (adds) {
                    one_by_one.add(one);
                } else {
                    one_by_one.remove(one);
                }
            }
            ASSERT_EQ(at_once, one_by_one);
            ASSERT_EQ(at_once.size(), one_by_one.size());
        }
    }
}

}  // namespace
}  // namespace sonde
