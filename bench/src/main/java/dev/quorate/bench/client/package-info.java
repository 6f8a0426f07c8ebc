/**
 * The load: a cheap generator that speaks ZooKeeper's client protocol itself (one thread, pre-encoded requests,
 * pipelined), the same load through the Java client library, and a small blocking client for preparation and probes.
 */
@NullMarked
package dev.quorate.bench.client;

import org.jspecify.annotations.NullMarked;
