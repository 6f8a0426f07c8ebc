/**
 * The program behind {@code bin/quickstart}: a local cluster with the real operator and one Ensemble from a file,
 * shown as it comes up.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.quickstart;
