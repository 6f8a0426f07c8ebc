package dev.quorate.sim.history;

import java.util.List;

/** What a client asked for. Values written should be unique in a history: a read then names the write that it saw. */
public sealed interface Call {

    /** A call that takes a place in the order of zxids. */
    sealed interface Write extends Call {}

    /** A call that is answered from one member's tree. */
    sealed interface Read extends Call {
        String path();

        boolean watch();
    }

    /** A write that may stand in a {@link Multi}. */
    sealed interface Step extends Write {
        String path();
    }

    /** @param sequential the result's path has ten more digits */
    record Create(String path, String data, boolean ephemeral, boolean sequential) implements Step {}

    /** @param version -1 for any */
    record SetData(String path, String data, int version) implements Step {}

    /** @param version -1 for any */
    record Delete(String path, int version) implements Step {}

    /** Succeeds when the znode has this version (-1: when it exists). Stands in a {@link Multi} only. */
    record Check(String path, int version) implements Step {}

    /** All steps or none. */
    record Multi(List<Step> steps) implements Write {}

    /** Whatever the znode's list was before, this is it now. */
    record SetAcl(String path, List<Grant> acl) implements Write {}

    /** Ends the session of the operation: its ephemeral znodes go. */
    record CloseSession() implements Write {}

    record GetData(String path, boolean watch) implements Read {}

    record Exists(String path, boolean watch) implements Read {}

    record GetChildren(String path, boolean watch) implements Read {}

    /** A persistent watch; a recursive one sees all znodes below, too, but no lists of children. */
    record Watch(String path, boolean recursive) implements Call {}

    /** The session's later reads must show every write that was answered before this was sent. */
    record Sync(String path) implements Call {}
}
