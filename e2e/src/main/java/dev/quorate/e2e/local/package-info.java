/**
 * The local cluster: API server, kubelet and the real operator in one JVM, members as processes. No Docker, no
 * Kubernetes.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.local;
