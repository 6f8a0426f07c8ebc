package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.member.Awaiting;
import dev.quorate.ensemble.tree.BadServerLine;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.tree.Outcome;
import dev.quorate.ensemble.tree.ServerLine;
import dev.quorate.ensemble.tree.ServerLines;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import dev.quorate.ensemble.zab.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The commands that change the members, and the level of rules and formats. Any member takes them, since they are
 * ordered like a write; they are decided when they are applied, on every member alike. What is plainly wrong is refused
 * before that, with a sentence.
 */
public final class MembershipCommands {
    private static final String ADD = "add";
    private static final String REMOVE = "remove";
    private static final String MEMBERS = "members";
    private static final String FROM_VERSION = "fromVersion";
    private static final String LEVEL = "level";

    private final Ordering ensemble;

    /** Orders a command on behalf of the ensemble; called on the loop. */
    public interface Ordering {
        void submit(Command command, Awaiting awaiting);
    }

    public MembershipCommands(Ordering ensemble) {
        this.ensemble = ensemble;
    }

    /**
     * {@code POST /v1/reconfig}: {@code {"add": ["server.4=..."], "remove": [2], "fromVersion": "0x100000001"}}, or
     * {@code {"members": ["server.1=...", ...]}} for all of them. Answered when the change is done.
     */
    public CompletionStage<CommandResult> reconfig(Observation seen, String body) {
        try {
            var asked = CommandBody.parse(body, Set.of(ADD, REMOVE, MEMBERS, FROM_VERSION));
            if (asked.has(MEMBERS) == (asked.has(ADD) || asked.has(REMOVE))) {
                return refused("send either members, or add and remove");
            }
            var command = new Command.Reconfig(orEmpty(asked, ADD), orEmpty(asked, REMOVE), asked.list(MEMBERS),
                    asked.number(FROM_VERSION, Command.ANY_VERSION));
            var objection = objection(command, seen.status().membership().configuration());
            return objection.isEmpty() ? submit(seen, command) : refused(objection);
        } catch (CommandBody.Malformed | BadServerLine bad) {
            return refused(String.valueOf(bad.getMessage()));
        }
    }

    /**
     * {@code POST /v1/level}: {@code {"level": 2}} raises the level by one, once every member supports it. It never
     * goes down again.
     */
    public CompletionStage<CommandResult> raiseLevel(Observation seen, String body) {
        try {
            var asked = CommandBody.parse(body, Set.of(LEVEL));
            int next = seen.status().membership().level() + 1;
            if (asked.number(LEVEL, 0) != next) {
                return refused("the level is " + (next - 1) + " and is raised by one: send {\"level\": " + next + "}");
            }
            return submit(seen, new Command.RaiseLevel(next));
        } catch (CommandBody.Malformed bad) {
            return refused(String.valueOf(bad.getMessage()));
        }
    }

    private CompletionStage<CommandResult> submit(Observation seen, Command command) {
        if (!seen.serves()) {
            return CompletableFuture.completedStage(CommandResult.refused(503,
                    "this member is in no quorum now (" + seen.reasonNotServing() + "): send it to one that is"));
        }
        var result = new CompletableFuture<CommandResult>();
        ensemble.submit(command, (zxid, outcome) -> result.complete(result(zxid, outcome)));
        return result;
    }

    /** Why this can't be, as far as this member knows; empty when it can. */
    private static String objection(Command.Reconfig asked, Configuration present) throws BadServerLine {
        var newMembers = asked.newMembers();
        var wanted = newMembers == null
                ? ServerLines.changed(lines(present), asked.joining(), asked.leaving())
                : ServerLines.all(newMembers);
        for (var line : wanted) {
            if (present.member(line.id()) == null && line.id() <= present.highestId()) {
                return "number " + line.id() + " was given before, and numbers are never given again: take one above "
                        + present.highestId();
            }
        }
        return "";
    }

    private static List<ServerLine> lines(Configuration present) throws BadServerLine {
        var lines = new ArrayList<ServerLine>();
        for (ConfigMember member : present.members()) {
            if (member.address().isEmpty()) {
                throw new BadServerLine(
                        "member " + member.id() + " has no address yet, so others could not find it: send"
                                + " its line alone as members first");
            }
            lines.add(ServerLine.parse("server." + member.id(), member.address()));
        }
        return lines;
    }

    private static CommandResult result(long zxid, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Reconfigured done -> CommandResult.done(200, Map.of("zxid", Zxid.text(zxid), "configVersion",
                    Zxid.text(done.stat().mzxid()), "config", done.text().text()));
            case Outcome.Failed failed -> failed(failed.error());
            default -> throw new IllegalStateException("not an outcome of a change of the members: " + outcome);
        };
    }

    private static CommandResult failed(ErrorCode error) {
        return switch (error) {
            case BAD_VERSION -> CommandResult.refused(409, name(error),
                    "the members were changed in between: read configVersion at /v1/status and decide anew");
            case RECONFIG_IN_PROGRESS -> CommandResult.refused(409, name(error),
                    "another change is under way: send it again when change is null at /v1/status");
            case NEW_CONFIG_NO_QUORUM -> CommandResult.refused(409, name(error),
                    "a member that is to vote is not in sync, or one does not know the level: start it, and send it again"
                            + " when the leader's /v1/status lists it under learners with inSync true");
            case BAD_ARGUMENTS -> CommandResult.refused(400, name(error),
                    "these can't be the members: look at /v1/status, each new one needs a number above all given before");
            default -> CommandResult.refused(500, name(error), "it failed: the leader's log says why");
        };
    }

    /** As ZooKeeper names it: {@code BadVersion}. */
    private static String name(ErrorCode error) {
        var name = new StringBuilder();
        for (var word : error.name().split("_")) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    private static String orEmpty(CommandBody asked, String field) {
        var list = asked.list(field);
        return list == null ? "" : list;
    }

    private static CompletionStage<CommandResult> refused(String error) {
        return CompletableFuture.completedStage(CommandResult.refused(400, name(ErrorCode.BAD_ARGUMENTS), error));
    }
}
