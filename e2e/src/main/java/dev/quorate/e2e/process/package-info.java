/**
 * Real server processes on loopback: started, killed, paused and asked by tests, the benchmark and the local
 * cluster's kubelet. A process that stands here never outlives the one that started it.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.process;
