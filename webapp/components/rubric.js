// The criteria of a piece, a group of levels each. What is chosen is part of what the assessor writes: the component
// around this one (assessment_text.js) holds it, keeps it on the device and sends it.
export default {
  inject: ["assessment"],
  template: `
    <div class="cim-rubric">
      <fieldset v-for="(criterion, number) in criteria" :key="criterion.id" :data-test="'criterion-' + criterion.id">
        <legend>{{ criterion.name }}</legend>
        <p v-if="criterion.description">{{ criterion.description }}</p>
        <div class="cr-levels">
          <label v-for="level in criterion.levels" :key="level.id" :class="{ fails: !level.passes }">
            <input type="radio" :name="group(number)" :value="level.id" :checked="chosen(criterion) === level.id"
              :data-test="'level-' + criterion.id + '-' + level.id" :aria-labelledby="part(number, level, 'name')"
              :aria-describedby="level.description || !level.passes ? part(number, level, 'words') : null" @change="choose(criterion, level.id)">
            <span :id="part(number, level, 'name')">{{ level.name }}</span>
            <span v-if="level.description || !level.passes" class="cr-words" :id="part(number, level, 'words')">{{ level.description }}
              <small v-if="!level.passes">{{ labels.fails }}</small></span>
          </label>
        </div>
        <button v-if="chosen(criterion)" type="button" :aria-label="labels.clear + ': ' + criterion.name"
          @click="clear(criterion, $event)">{{ labels.clear }}</button>
      </fieldset>
    </div>`,
  props: { criteria: Array, labels: Object },
  methods: {
    group(number) {
      return `${this.assessment.version}-${number}`;
    },
    part(number, level, name) {
      return `${this.group(number)}-${level.id}-${name}`;
    },
    chosen(criterion) {
      return this.assessment.held.levels[criterion.id];
    },
    choose(criterion, level) {
      this.assessment.choose(criterion.id, level);
    },
    clear(criterion, event) {
      event.target.closest("fieldset").querySelector("input").focus();
      this.assessment.choose(criterion.id, null);
    },
  },
};
