package dev.quorate.sim.member;

import dev.quorate.sim.check.Invariants;
import dev.quorate.sim.check.SessionCheck;
import dev.quorate.sim.fault.Tally;
import dev.quorate.sim.kernel.Scheduler;
import dev.quorate.sim.kernel.Trace;
import dev.quorate.sim.network.SimNetwork;

/** What all members of a run share. */
public record World(
        Scheduler scheduler,
        Trace trace,
        SimNetwork network,
        Invariants invariants,
        SessionCheck sessions,
        EnsembleSettings settings,
        Tally tally) {}
