/** Tests of the benchmark. */
@NullMarked
package dev.quorate.bench;

import org.jspecify.annotations.NullMarked;
