/** The server's wiring: {@code Main} and {@code Config}. Every limit and setting is a named field of {@code Config}. */
@org.jspecify.annotations.NullMarked
package dev.quorate.ensemble;
