package dev.quorate.e2e.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Questions of a client about its own rights. There is no authorization here, so each answer is yes. */
final class Reviews {
    private Reviews() {}

    /** The answer to a review, or empty when the request is none. */
    static Optional<ObjectNode> answer(Request request) {
        if (!request.group().equals("authorization.k8s.io") || !request.method().equals("POST")
                || request.segments().isEmpty()) {
            return Optional.empty();
        }
        var review = request.object();
        var status = review.withObjectProperty("status");
        return switch (request.segments().getLast()) {
            case "selfsubjectaccessreviews" -> {
                status.put("allowed", true);
                yield Optional.of(review);
            }
            case "selfsubjectrulesreviews" -> {
                var rule = status.put("incomplete", false).putArray("resourceRules").addObject();
                rule.putArray("verbs").add("*");
                rule.putArray("apiGroups").add("*");
                rule.putArray("resources").add("*");
                status.putArray("nonResourceRules");
                yield Optional.of(review);
            }
            default -> Optional.empty();
        };
    }
}
