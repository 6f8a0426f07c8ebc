/** Scenarios: each runs on the local cluster and, with the profile {@code kubernetes}, on a real Kubernetes. */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e;
