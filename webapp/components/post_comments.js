// Below a post: what is said about it, and for whoever judges it the way to say something.
import { boardOf, commentsOn, goToComment } from "cim-desk/board.js";

export default {
  template: `
    <div class="cim-post-comments cim-transcript">
      <template v-for="{ comment, n } in notes" :key="comment.id">
        <button v-if="canComment" type="button" class="ct-note" data-test="mark" :data-n="n" :aria-label="labels.comment + ' ' + n" @click="toComment(comment.id)"></button>
        <p v-else class="cc-said" data-test="post-comment"><span class="cc-number" aria-hidden="true">{{ n }}</span><span class="cim-text">{{ comment.text }}</span></p>
      </template>
      <button v-if="canComment" type="button" ref="ask" @click="commentHere" data-test="comment-post">{{ labels.commentHere }}</button>
    </div>`,
  props: { version: String, post: String, labels: Object },
  computed: {
    board() {
      return boardOf(this.version);
    },
    canComment() {
      return Boolean(this.board.ask);
    },
    notes() {
      return commentsOn(this.board).filter(({ comment }) => comment.at === "post" && comment.post === this.post);
    },
  },
  methods: {
    commentHere() {
      this.board.ask({ at: "post", post: this.post, quote: "" }, this.$refs.ask);
    },
    toComment(id) {
      goToComment(this.board, id);
    },
  },
};
