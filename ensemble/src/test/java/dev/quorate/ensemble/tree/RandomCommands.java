package dev.quorate.ensemble.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Commands drawn from a seed, over few paths so that they meet; sessions come and go. */
final class RandomCommands {
    private static final List<CreateMode> MODES = List.of(CreateMode.PERSISTENT, CreateMode.EPHEMERAL,
            CreateMode.PERSISTENT_SEQUENTIAL, CreateMode.EPHEMERAL_SEQUENTIAL, CreateMode.CONTAINER);

    private final Random random;
    private final TestTree tree;
    private final List<Caller> callers = new ArrayList<>();

    RandomCommands(long seed, TestTree tree) {
        this.random = new Random(seed);
        this.tree = tree;
        callers.add(tree.caller);
    }

    void run(int commands) {
        for (int i = 0; i < commands; i++) {
            int dice = random.nextInt(40);
            if (dice == 0) {
                callers.add(tree.session(TestTree.ORIGIN));
            } else if (dice == 1 && callers.size() > 1) {
                Caller ended = callers.remove(1 + random.nextInt(callers.size() - 1));
                tree.apply(ended, new Command.CloseSession(ended.sessionId(), false));
            } else {
                tree.apply(callers.get(random.nextInt(callers.size())), next(random));
            }
        }
    }

    Command next(Random dice) {
        return switch (dice.nextInt(8)) {
            case 0, 1, 2 -> op(dice, 0);
            case 3 -> op(dice, 1);
            case 4 -> op(dice, 2);
            case 5 -> new Command.SetAcl(path(dice), dice.nextBoolean() ? Acl.OPEN : someAcl(dice), -1);
            default -> {
                List<Command.Op> ops = new ArrayList<>();
                for (int i = dice.nextInt(6); i >= 0; i--) {
                    ops.add(op(dice, dice.nextInt(4)));
                }
                yield new Command.Multi(ops);
            }
        };
    }

    private static Command.Op op(Random dice, int kind) {
        return switch (kind) {
            case 0 -> new Command.Create(path(dice), data(dice), dice.nextInt(4) == 0 ? someAcl(dice) : Acl.OPEN,
                    MODES.get(dice.nextInt(MODES.size())));
            case 1 -> new Command.Delete(path(dice), -1);
            case 2 -> new Command.SetData(path(dice), data(dice), dice.nextInt(4) - 1);
            default -> new Command.Check(path(dice), -1);
        };
    }

    private static List<Acl> someAcl(Random dice) {
        return List.of(new Acl(Acl.ALL, Identity.ANYONE), new Acl(dice.nextInt(4), new Identity("digest", "u:p")));
    }

    private static @Nullable Bytes data(Random dice) {
        int length = dice.nextInt(200) - 10;
        return length < 0 ? null : Bytes.utf8("x".repeat(length));
    }

    private static String path(Random dice) {
        StringBuilder path = new StringBuilder();
        for (int i = dice.nextInt(3); i >= 0; i--) {
            path.append('/').append((char) ('a' + dice.nextInt(5)));
        }
        return path.toString();
    }
}
