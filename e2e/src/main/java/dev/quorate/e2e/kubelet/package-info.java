/**
 * The node of the local cluster: turns Pods into processes of the real server. A pod gets a loopback address of its
 * own, its volumes as folders, its names in a hosts file that every process reads, and its probes are asked; claims
 * are bound to folders when a pod first uses them. There is no container: the one program is the server, and paths
 * under a mount are rewritten to the pod's folder in its arguments and in the values of its configuration files.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e.kubelet;
