package dev.quorate.operator.plan;

/**
 * What is done next.
 *
 * @param rule the name of the rule that spoke
 */
public record Decision(String rule, Step step) {}
