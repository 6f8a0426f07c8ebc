package dev.quorate.sim.network;

import org.jspecify.annotations.Nullable;

/** A running process, as the network sees it. A process that starts again is another host. */
public interface Host {
    int id();

    /** False once it has crashed. */
    boolean running();

    /** Whether it answers a new connection; a paused process does not. */
    boolean accepting();

    /** Hands an input to its loop. */
    void post(String what, long number, @Nullable Object detail, Runnable input);
}
