/** Placeholder. */
@org.jspecify.annotations.NullMarked
package dev.quorate.bench;
