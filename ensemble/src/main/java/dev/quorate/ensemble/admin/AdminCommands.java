package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.admin.AdminPages.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of the admin port, {@code POST PATH}. They change something, so each must bring the ensemble's token.
 */
public final class AdminCommands {
    private static final Logger LOG = LoggerFactory.getLogger(AdminCommands.class);

    private final AskLoop loop;
    private final byte[] token;
    private final int limitMs;
    private final Map<String, Command> commands;

    /** One command. */
    public interface Command {
        /**
         * Begins it; called on the loop.
         *
         * @param seen the member as it is now
         * @return what becomes of it, told on the loop
         */
        CompletionStage<CommandResult> run(Observation seen, String body);
    }

    /**
     * @param token what commands must bring; when it is empty there are none
     * @param limitMs how long what becomes of a command is waited for
     * @param commands by path
     */
    public AdminCommands(AskLoop loop, String token, int limitMs, Map<String, Command> commands) {
        this.loop = loop;
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.limitMs = limitMs;
        this.commands = commands;
    }

    /**
     * Answers one request, now or later, from any thread.
     *
     * @param bearer the token of the request; empty when it has none
     */
    public void post(String path, String bearer, String body, Reply reply) {
        var command = commands.get(path);
        if (command == null) {
            send(CommandResult.refused(404, "there is no such command: " + String.join(", ", commands.keySet())),
                    reply);
        } else if (token.length == 0) {
            send(CommandResult.refused(403, "this member takes no commands: set quorate.adminTokenFile"), reply);
        } else if (!MessageDigest.isEqual(token, bearer.getBytes(StandardCharsets.UTF_8))) {
            send(CommandResult.refused(401, "the token is not this ensemble's: send Authorization: Bearer TOKEN"),
                    reply);
        } else {
            loop.ask(seen -> command.run(seen, body), begun -> await(begun, reply),
                    () -> send(CommandResult.refused(503, "the member's loop does not answer"), reply));
        }
    }

    private void await(CompletionStage<CommandResult> begun, Reply reply) {
        var pending = CommandResult.refused(504,
                "nothing is decided after " + limitMs + " ms; it may still happen: look at /v1/status");
        var unused = begun.toCompletableFuture().completeOnTimeout(pending, limitMs, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    LOG.error("an admin command failed", failure);
                    return CommandResult.refused(500, "this member failed to carry it out; its log says why");
                }).thenAcceptAsync(result -> send(result, reply));
    }

    private static void send(CommandResult result, Reply reply) {
        reply.send(result.status(), "application/json", result.json());
    }

    /** {@code POST /v1/handover}: the leader hands over to the best voter in sync. No client is disconnected. */
    public static Command handOver(Consumer<String> handOver) {
        return (seen, body) -> CompletableFuture.completedStage(handOver(seen, handOver));
    }

    private static CommandResult handOver(Observation seen, Consumer<String> handOver) {
        var peer = seen.status().peer();
        if (!seen.role().equals("leader")) {
            return CommandResult.refused(409, peer.leader() == 0
                    ? "this member does not lead, and knows nobody who does"
                    : "this member does not lead: member " + peer.leader() + " does");
        }
        if (peer.learners().stream().noneMatch(learner -> learner.voter() && learner.inSync())) {
            return CommandResult.refused(409, "no other voter is in sync");
        }
        handOver.accept("a command came in");
        return CommandResult.done(202, Map.of("result", "handing over"));
    }
}
