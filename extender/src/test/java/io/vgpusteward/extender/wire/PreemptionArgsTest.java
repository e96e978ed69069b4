package io.vgpusteward.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code json.Marshal} of kube-scheduler makes of ExtenderPreemptionArgs, and what else. */
final class PreemptionArgsTest {
  @Test
  void uids_asTheSchedulerSendsThemWithNodeCacheCapable() throws WireException {
    PreemptionArgs args =
        read(
            """
            {"Pod":{"metadata":{"uid":"p"}},"NodeNameToVictims":null,"NodeNameToMetaVictims":
            {"b":{"Pods":[{"UID":"u1"},{"UID":"u2"}],"NumPDBViolations":2},"a":{"Pods":[{"UID":"u3"}],"NumPDBViolations":0}}}
            """);
    assertThat(args.pod().at("/metadata/uid").textValue()).isEqualTo("p");
    assertThat(args.victims().toString())
        .isEqualTo(
            "{b=Victims[uids=[u1, u2], disruptions=2], a=Victims[uids=[u3], disruptions=0]}");
    assertThat(args).hasToString("arguments for victims on 2 nodes");
  }

  @Test
  void pods_asTheSchedulerSendsThemWithout() throws WireException {
    PreemptionArgs args =
        read(
            """
            {"Pod":{},"NodeNameToMetaVictims":null,"NodeNameToVictims":
            {"a":{"Pods":[{"metadata":{"name":"v","uid":"u1","ownerReferences":[{"uid":"no"}]},"spec":{"uid":"no"}}],
            "NumPDBViolations":1}}}
            """);
    assertThat(args.victims().toString()).isEqualTo("{a=Victims[uids=[u1], disruptions=1]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Pod':{}} | {}",
        "{'Pod':{},'NodeNameToMetaVictims':null,'NodeNameToVictims':null} | {}",
        "{'Pod':{},'NodeNameToMetaVictims':{}} | {}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':null}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':null}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':[null,{'UID':'u'}]}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':null}]}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToVictims':{'a':{'Pods':[{}]}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'Pod':{},'NodeNameToVictims':{'a':{'Pods':[{'metadata':null}]}}} | {a=Victims[uids=[], disruptions=0]}",
        "{'POD':{},'nodenametometavictims':{'a':{'pods':[{'uid':'u'}],'numPdbViolations':-1}}} | {a=Victims[uids=[u], disruptions=-1]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':'u','Name':'x'}],'More':{}}},'More':[]} | {a=Victims[uids=[u], disruptions=0]}",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':'u'}],'NumPDBViolations':null}}} | {a=Victims[uids=[u], disruptions=0]}",
        "{'Pod':{},'NodeNameToVictims':{'b':null},'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':'u'}]}}} | {a=Victims[uids=[u], disruptions=0]}",
      })
  void whatGoTakes(String body, String victims) throws WireException {
    assertThat(read(body.replace('\'', '"')).victims().toString()).isEqualTo(victims);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | the body is not an object",
        "{'NodeNameToMetaVictims':{}} | Pod is missing",
        "{'Pod':{},'NodeNameToMetaVictims':[]} | NodeNameToMetaVictims is not an object",
        "{'Pod':{},'NodeNameToVictims':{'a':1}} | a node's entry in NodeNameToVictims is not an object",
        "{'Pod':{},'NodeNameToVictims':{'a':{'Pods':{}}}} | a node's Pods in NodeNameToVictims is not a list",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':['u']}}} | an item of a node's Pods in NodeNameToMetaVictims is not an object",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'Pods':[{'UID':7}]}}} | an item's UID in NodeNameToMetaVictims is not a string",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'NumPDBViolations':1.5}}} | a node's NumPDBViolations in NodeNameToMetaVictims is not a whole number",
        "{'Pod':{},'NodeNameToMetaVictims':{'a':{'NumPDBViolations':99999999999999999999}}} | a node's NumPDBViolations in NodeNameToMetaVictims does not fit into 64 bits",
      })
  void whatItRefuses(String body, String message) {
    assertThatThrownBy(() -> read(body.replace('\'', '"')))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }

  private static PreemptionArgs read(String body) throws WireException {
    return PreemptionArgs.read(body.getBytes(UTF_8));
  }
}
