/** Tests of the harness for real processes. */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.process;
