package io.vgpusteward.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code json.Marshal} of kube-scheduler makes of ExtenderArgs, and what else may come. */
final class PlacementArgsTest {
  @Test
  void names_asTheSchedulerSendsThemWithNodeCacheCapable() throws WireException {
    PlacementArgs args =
        read(
            """
            {"Pod":{"metadata":{"name":"p"},"spec":{},"status":{}},"Nodes":null,"NodeNames":["b","a"]}
            """);
    assertThat(args.pod().at("/metadata/name").textValue()).isEqualTo("p");
    assertThat(args.candidates().names()).containsExactly("b", "a");
    assertThat(args.candidates().areFull()).isFalse();
    assertThat(args.candidates().json("a")).isEmpty();
    assertThat(args).hasToString("arguments for 2 names of nodes");
  }

  @Test
  void fullNodes_stayTheTextThatTheyWere() throws WireException {
    String node =
        "{ \"metadata\": {\"labels\":{\"name\":\"no\"},\"name\":\"ä\"}, \"x\":[{}, 1.50]}";
    PlacementArgs args =
        read(
            "{\"Pod\":{},\"Nodes\":{\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"a\"}} ,"
                + node
                + "]},\"NodeNames\":null}");
    assertThat(args.candidates().names()).containsExactly("a", "ä");
    assertThat(args.candidates().areFull()).isTrue();
    assertThat(args.candidates().json("ä")).contains(node);
    assertThat(args.candidates().json("nobody")).isEmpty();
    assertThat(args).hasToString("arguments for 2 full nodes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'Pod':{},'NodeNames':[]} | ",
        "{'Pod':{},'Nodes':{'items':null}} | ",
        "{'Pod':{},'Nodes':{}} | ",
        "{'pod':{},'NODENAMES':['a']} | a",
        "{'Pod':{},'nodeNames':['a'],'NodeNames':['b']} | b",
        "{'Pod':{},'Nodes':{'items':[{'metadata':{'name':'c'}}]},'NodeNames':['b']} | b",
        "{'Pod':{},'Nodes':{'Items':[{'Metadata':{'Name':'c'}}]},'NodeNames':['b'],'NodeNames':null} | c",
        "{'Pod':{},'NodeNames':['a','b','a']} | a,b",
        "{'Pod':null,'NodeNames':['a'],'Pod':{}} | a",
        "{'Other':[{'Pod':1}],'Pod':{},'NodeNames':['a']} | a",
        "{'Pod':{},'NodeNames':['a']}garbage | a",
      })
  void whatGoTakes(String body, String names) throws WireException {
    assertThat(String.join(",", read(body.replace('\'', '"')).candidates().names()))
        .isEqualTo(names == null ? "" : names);
  }

  @Test
  void namesOfAnyLength_andOfAnyLetters() throws WireException {
    String name = "n".repeat(253) + "\\u00e4\\ud83d\\ude00";
    assertThat(read("{\"Pod\":{},\"NodeNames\":[\"" + name + "\"]}").candidates().names())
        .containsExactly("n".repeat(253) + "ä😀");
  }

  @Test
  void halfALetterInAName_isAGapAsInGo() throws WireException {
    assertThat(read("{\"Pod\":{},\"NodeNames\":[\"a\\ud83d\",\"\\ude00b\"]}").candidates().names())
        .containsExactly("a\ufffd", "\ufffdb");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | the body is empty",
        "nonsense | the body is not JSON at line 1, column 1",
        "{'Pod':{}, | the body is not JSON at line 1, column 11",
        "[] | the body is not an object",
        "null | Pod is missing",
        "{} | Pod is missing",
        "{'Pod':null,'NodeNames':[]} | Pod is missing",
        "{'Pod':[],'NodeNames':[]} | Pod is not an object",
        "{'Pod':{}} | both NodeNames and Nodes are missing",
        "{'Pod':{},'Nodes':null,'NodeNames':null} | both NodeNames and Nodes are missing",
        "{'Pod':{},'NodeNames':'a'} | NodeNames is not a list",
        "{'Pod':{},'NodeNames':[1]} | an item of NodeNames is not a string",
        "{'Pod':{},'NodeNames':['a',null]} | NodeNames[1] is empty",
        "{'Pod':{},'NodeNames':['']} | NodeNames[0] is empty",
        "{'Pod':{},'Nodes':[]} | Nodes is not an object",
        "{'Pod':{},'Nodes':{'items':{}}} | Nodes.items is not a list",
        "{'Pod':{},'Nodes':{'items':[null]}} | Nodes.items[0].metadata.name is missing",
        "{'Pod':{},'Nodes':{'items':[{}]}} | Nodes.items[0].metadata.name is missing",
        "{'Pod':{},'Nodes':{'items':[{'metadata':{'name':1}}]}} | an item's metadata.name is not a string",
        "{'Pod':{},'Nodes':{'items':['a']}} | an item of Nodes.items is not an object",
      })
  void whatItRefuses(String body, String message) {
    assertThatThrownBy(() -> read(body == null ? "" : body.replace('\'', '"')))
        .isInstanceOf(WireException.class)
        .hasMessage(message);
  }

  @Test
  void otherEncodings_areRefused() {
    String body = "{\"Pod\":{},\"Nodes\":{\"items\":[{\"metadata\":{\"name\":\"a\"}}]}}";
    assertThatThrownBy(() -> PlacementArgs.read(body.getBytes(UTF_16BE)))
        .isInstanceOf(WireException.class)
        .hasMessage("the body is not JSON in UTF-8");
  }

  @Test
  void depth_hasALimit() {
    String deep = String.join("", Collections.nCopies(100_000, "["));
    assertThatThrownBy(() -> read("{\"Pod\":{\"a\":" + deep))
        .isInstanceOf(WireException.class)
        .hasMessageStartingWith("the body is not JSON");
  }

  private static PlacementArgs read(String body) throws WireException {
    return PlacementArgs.read(body.getBytes(UTF_8));
  }
}
