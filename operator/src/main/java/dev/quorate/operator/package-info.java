/**
 * The Kubernetes operator that runs ensembles: it observes everything, plans one safe step, performs it, reports, and
 * begins again. It remembers nothing between rounds, so that a crash at any point loses nothing. This package only
 * wires.
 */
@NullMarked
package dev.quorate.operator;

import org.jspecify.annotations.NullMarked;
