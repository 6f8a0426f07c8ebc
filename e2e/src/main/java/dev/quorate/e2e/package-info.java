/**
 * What a scenario needs of a cluster, whichever it is: {@link dev.quorate.e2e.Cluster}. The local cluster, the
 * quickstart and the harness for real member processes stand in the packages below.
 */
@org.jspecify.annotations.NullMarked
package dev.quorate.e2e;
