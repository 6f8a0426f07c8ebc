/** Placeholder. */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e;
