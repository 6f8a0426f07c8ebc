package dev.quorate.ensemble.admin;

import dev.quorate.ensemble.admin.AdminPages.Reply;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.function.Consumer;

/** The commands of the admin port, {@code POST PATH}. They change something, so each must bring the ensemble's token. */
public final class AdminCommands {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final AskLoop loop;
    private final byte[] token;
    private final Map<String, Command> commands;

    /** One command. */
    public interface Command {
        /**
         * Carries it out, or begins to; called on the loop.
         *
         * @param seen the member as it is now
         */
        Result run(Observation seen, String body);
    }

    /**
     * What became of a command.
     *
     * @param status the HTTP status: 202 when it was accepted and goes on, 409 when the member can't do it now
     * @param line one line of text
     */
    public record Result(int status, String line) {}

    /**
     * @param token what commands must bring; when it is empty there are none
     * @param commands by path
     */
    public AdminCommands(AskLoop loop, String token, Map<String, Command> commands) {
        this.loop = loop;
        this.token = token.getBytes(StandardCharsets.UTF_8);
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
            reply.send(404, TEXT, "there is no such command: " + String.join(", ", commands.keySet()) + "\n");
        } else if (token.length == 0) {
            reply.send(403, TEXT, "this member takes no commands: set quorate.adminTokenFile\n");
        } else if (!MessageDigest.isEqual(token, bearer.getBytes(StandardCharsets.UTF_8))) {
            reply.send(401, TEXT, "the token is not this ensemble's: send Authorization: Bearer TOKEN\n");
        } else {
            loop.ask(seen -> command.run(seen, body),
                    result -> reply.send(result.status(), TEXT, result.line() + "\n"),
                    () -> reply.send(503, TEXT, "the member's loop does not answer\n"));
        }
    }

    /** {@code POST /v1/handover}: the leader hands over to the best voter in sync. No client is disconnected. */
    public static Command handOver(Consumer<String> handOver) {
        return (seen, body) -> {
            var peer = seen.status().peer();
            if (!seen.role().equals("leader")) {
                return new Result(409, peer.leader() == 0
                        ? "this member does not lead, and knows nobody who does"
                        : "this member does not lead: member " + peer.leader() + " does");
            }
            if (peer.learners().stream().noneMatch(learner -> learner.voter() && learner.inSync())) {
                return new Result(409, "no other voter is in sync");
            }
            handOver.accept("a command came in");
            return new Result(202, "handing over");
        };
    }
}
