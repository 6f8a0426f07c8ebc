/** Tests of the benchmark. */
@NullMarked
package dev.quorate.bench.client;

import org.jspecify.annotations.NullMarked;
