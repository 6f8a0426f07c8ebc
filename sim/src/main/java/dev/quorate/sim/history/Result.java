package dev.quorate.sim.history;

import java.util.List;

/** What a call answered with, besides its error. */
public sealed interface Result {
    Result NONE = new None();

    /** Nothing, or nothing that is to be checked. */
    record None() implements Result {}

    /** The path that was created. */
    record Created(String path) implements Result {}

    record Stated(NodeStat stat) implements Result {}

    record Data(String data, NodeStat stat) implements Result {}

    /** Names, in any order. */
    record Children(List<String> names) implements Result {}

    /** The result of each step of a multi that succeeded. */
    record Steps(List<Result> results) implements Result {}

    /** The fields of a stat that the model knows. */
    record NodeStat(long czxid, long mzxid, int version, long ephemeralOwner, int children) {}
}
