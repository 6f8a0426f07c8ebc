/**
 * Scenarios: each runs on the local cluster and, with the profile {@code kubernetes}, on a real Kubernetes. And what
 * several parts must agree on.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e;
