/** English texts about how a community looks. */
export const enLook = {
  free: "Another colour",
  freeHint: "Any colour will do: the shades on the page are made from it so that everything can be read.",
  picture: "Picture",
  pictureHint: "PNG, JPEG or WebP of at most 256 KB. It stands in lists, on the pages and above the documents.",
  choose: "Choose a picture",
  chooseOther: "Choose another picture",
  takeAway: "Take the picture away",
  tooLarge: "The picture is larger than 256 KB. Choose a smaller one.",
  otherKind: "This is no picture that can be used. Choose a PNG, JPEG or WebP of at most 2,048 pixels each way.",
  previews: "How it will look",
  preview: {
    light: "Light",
    dark: "Dark",
    button: "Button",
    link: "A link",
    soft: "Marked",
  },
  ledger: {
    logo: "the picture",
    noLogo: "the picture: there is none now",
  },
};
