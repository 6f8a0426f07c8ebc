package dev.quorate.sim.member;

import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.sim.history.Call;

/**
 * Two neighbouring builds of the server. The newer one knows a second level, which changes one rule of apply: data that
 * is set in place of other data ends in a mark.
 */
public final class Builds {
    public static final int OLDER = 1;
    public static final int NEWER = 2;
    private static final String MARK = "'";

    private Builds() {}

    static Levels levels(int build) {
        return new Levels(build, Builds::read);
    }

    private static Txn read(int level, Txn txn) {
        if (level < NEWER) {
            return txn;
        }
        Command command = switch (txn.command()) {
            case Command.SetData set -> read(set);
            case Command.Multi multi -> new Command.Multi(multi.ops().stream().map(Builds::readOp).toList());
            default -> txn.command();
        };
        return new Txn(txn.origin(), txn.seq(), txn.caller(), command);
    }

    private static Command.Op readOp(Command.Op op) {
        return op instanceof Command.SetData set ? read(set) : op;
    }

    private static Command.SetData read(Command.SetData set) {
        Bytes data = set.data();
        return data == null
                ? set
                : new Command.SetData(set.path(), Bytes.utf8(data.text() + MARK), set.version());
    }

    /** What a client's write does at the second level, said in the terms of the first. */
    public static Call atSecondLevel(Call call) {
        return switch (call) {
            case Call.SetData set -> new Call.SetData(set.path(), set.data() + MARK, set.version());
            case Call.Multi multi -> new Call.Multi(multi.steps().stream()
                    .map(step -> (Call.Step) atSecondLevel(step)).toList());
            default -> call;
        };
    }
}
