/**
 * Changes of the members by unmodified ZooKeeper clients and by the admin API, on real processes. What must hold on
 * Apache ZooKeeper too is run against it with {@code -Dtest.jvm.args=-Dquorate.test.server=zookeeper}, which proves the
 * tests.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.membership;
