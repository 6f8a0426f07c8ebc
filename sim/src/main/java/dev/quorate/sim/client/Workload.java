package dev.quorate.sim.client;

import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Grant;
import dev.quorate.sim.kernel.Dice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses what a client does next. Registers {@code /r/k} are created, set and deleted by all clients; {@code /q} holds
 * sequential znodes, {@code /e} ephemeral ones.
 */
final class Workload {
    static final List<String> ROOTS = List.of("/r", "/q", "/e");
    private static final int MOST_QUEUED = 5;

    private final Dice dice;
    private final ClientOptions options;
    private final int client;
    private final Map<String, Integer> versions = new HashMap<>();
    private final Deque<String> queued = new ArrayDeque<>();
    private int values;
    private int rootsAsked;

    Workload(Dice dice, ClientOptions options, int client) {
        this.dice = dice;
        this.options = options;
        this.client = client;
    }

    Call next() {
        if (rootsAsked < ROOTS.size()) {
            return new Call.Create(ROOTS.get(rootsAsked++), "", false, false);
        }
        if (dice.chance(options.readShare())) {
            return read();
        }
        if (options.aclShare() > 0 && dice.chance(options.aclShare())) {
            return setAcl();
        }
        if (dice.chance(options.closeShare())) {
            return new Call.CloseSession();
        }
        return dice.chance(0.15) ? multi() : write();
    }

    private Call read() {
        if (dice.chance(options.syncShare())) {
            return new Call.Sync("/r");
        }
        if (dice.chance(0.02)) {
            return new Call.Watch(dice.chance(0.5) ? dice.pick(ROOTS) : key(), dice.chance(0.5));
        }
        boolean watch = dice.chance(0.3);
        return switch (dice.below(7)) {
            case 1 -> new Call.GetChildren(dice.pick(ROOTS), watch);
            case 2, 3 -> new Call.Exists(key(), watch);
            case 4 -> new Call.GetData(ephemeral(), watch);
            default -> new Call.GetData(key(), watch);
        };
    }

    private Call.Step write() {
        String key = key();
        return switch (dice.below(12)) {
            case 0, 1 -> new Call.Create(key, value(), false, false);
            case 2 -> new Call.Delete(key, version(key));
            case 3, 4 -> queue();
            case 5 -> new Call.Create(ephemeral(), value(), true, false);
            case 6 -> new Call.Delete(ephemeral(), -1);
            case 7 -> new Call.Create("/e/s-", value(), true, true);
            default -> new Call.SetData(key, value(), version(key));
        };
    }

    private Call.Step queue() {
        if (queued.size() >= MOST_QUEUED) {
            return new Call.Delete(queued.remove(), -1);
        }
        return new Call.Create("/q/n-", value(), false, true);
    }

    /** Somebody always may set the next one: of a root anybody, of a register one of the clients. */
    private Call setAcl() {
        if (dice.chance(0.05)) {
            return new Call.SetAcl(dice.pick(ROOTS),
                    List.of(new Grant(Grant.ANYONE, Grant.ADMIN | dice.below(Grant.ALL + 1))));
        }
        Grant owner = new Grant(user(1 + dice.below(options.clients())), Grant.ALL);
        return new Call.SetAcl(key(), switch (dice.below(4)) {
            case 0 -> Grant.OPEN;
            case 1 -> List.of(new Grant(Grant.ANYONE, Grant.READ), owner);
            case 2 -> List.of(new Grant(Grant.ANYONE, 1 + dice.below(Grant.ALL)), owner);
            default -> List.of(owner);
        });
    }

    /** As whom a client shows itself. */
    static String user(int client) {
        return "u" + client;
    }

    private Call.Multi multi() {
        String key = key();
        Call.Step check = new Call.Check(key, version(key));
        return dice.chance(0.5)
                ? new Call.Multi(List.of(check, write(), write()))
                : new Call.Multi(List.of(write(), check));
    }

    private String key() {
        return "/r/" + dice.below(options.keys());
    }

    private String ephemeral() {
        return "/e/" + dice.below(options.keys());
    }

    private String value() {
        return "c" + client + "-" + ++values;
    }

    private int version(String path) {
        return dice.chance(0.3) ? -1 : versions.getOrDefault(path, 0);
    }

    /** The client saw this version. */
    void saw(String path, int version) {
        versions.put(path, version);
    }

    /** The client created this sequential znode. */
    void created(String path) {
        if (path.startsWith("/q/")) {
            queued.add(path);
        }
    }
}
