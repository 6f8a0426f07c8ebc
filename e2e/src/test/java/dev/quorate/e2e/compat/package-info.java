/**
 * Unmodified clients against three real members: what they rely on, through their own interfaces. With
 * {@code -Dtest.jvm.args=-Dquorate.test.server=zookeeper} the same tests run against Apache ZooKeeper, which proves
 * the tests.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.compat;
