/**
 * The benchmark: the same load on Quorate and on Apache ZooKeeper in one run on one machine. This package holds the
 * command, its rows and the table; {@code client} makes the load and {@code server} runs the members as processes.
 */
@NullMarked
package dev.quorate.bench;

import org.jspecify.annotations.NullMarked;
